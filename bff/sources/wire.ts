import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ConnectionOptions } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { type Dispatcher, Pool } from 'undici'
import type { SourceName } from '#shared/mesh/source.ts'
import type { Bytes, Milliseconds } from '#shared/units.ts'
import { SourceError } from './source.ts'
import { sourceLabels } from './source-state.ts'

export interface WireOptions {
  name: SourceName
  /** May carry a path and credentials (`https://user:word@host/prometheus`). */
  url: string
  /** Most connections at a time. */
  connections: number
  /** Asked before each request: credentials may have been renewed meanwhile. */
  headers?: (() => Promise<Record<string, string>>) | undefined
  tls?: ConnectionOptions | undefined
}

export interface Ask {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** Below the base address, with query. */
  path: string
  form?: URLSearchParams
  /** A body of another type than a form. */
  body?: { type: string; text: string } | undefined
  /** What the answer may be; JSON unless told. */
  accept?: string | undefined
  timeout: Milliseconds
  /** Longest answer, unpacked. */
  cap: Bytes
  signal?: AbortSignal | undefined
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  contentType: string
  body: Buffer
  /** Until the last byte. */
  duration: Milliseconds
}

/** One upstream's HTTP: kept-alive connections, gzip, a time limit and a size limit on every answer, no redirects. */
export class Wire {
  readonly #name: SourceName
  readonly #pool: Pool
  readonly #path: string
  readonly #headers: () => Promise<Record<string, string>>
  /** The address without credentials: may be shown. */
  readonly url: string

  constructor({ name, url, connections, headers, tls }: WireOptions) {
    const address = new URL(url)
    const basic = basicAuthorization(address)
    this.#name = name
    this.#headers = headers ?? (() => Promise.resolve(basic))
    this.#path = address.pathname.replace(/\/+$/, '')
    this.url = address.origin + this.#path
    this.#pool = new Pool(address.origin, {
      connections,
      keepAliveTimeout: 30_000,
      connect: { ...tls, timeout: 5000 },
      allowH2: false,
    })
  }

  /** Any answer but a redirect, whatever its status. Throws SourceError: unreachable, timeout, tooLarge, malformed. */
  async ask(ask: Ask): Promise<Answer> {
    const started = performance.now()
    const limit = AbortSignal.timeout(ask.timeout)
    const signal = ask.signal ? AbortSignal.any([limit, ask.signal]) : limit
    try {
      const response = await this.#send(ask, { 'accept-encoding': 'gzip' }, signal)
      const body = await this.#read(response, ask.cap, signal)
      const duration = performance.now() - started
      const contentType = headerOf(response, 'content-type')
      return { status: response.statusCode, headers: response.headers, contentType, body, duration }
    } catch (error) {
      throw this.#told(error, ask, limit)
    }
  }

  /**
   * An answer that comes piece by piece for a long time: `timeout` is until it begins, `silence` the longest pause in
   * it. Reading the body throws SourceError as `ask` does, and ends quietly where the other side ends it.
   */
  async stream(
    ask: Omit<Ask, 'cap'> & { silence: Milliseconds },
  ): Promise<Omit<Answer, 'body' | 'duration'> & { chunks: AsyncGenerator<Buffer> }> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), ask.timeout)
    const signal = ask.signal ? AbortSignal.any([limit.signal, ask.signal]) : limit.signal
    try {
      const response = await this.#send(ask, {}, signal, ask.silence)
      const contentType = headerOf(response, 'content-type')
      const chunks = this.#chunks(response.body, ask, limit.signal)
      return { status: response.statusCode, headers: response.headers, contentType, chunks }
    } catch (error) {
      throw this.#told(error, ask, limit.signal)
    } finally {
      clearTimeout(timer)
    }
  }

  async *#chunks(body: Readable, ask: { timeout: Milliseconds; signal?: AbortSignal | undefined }, limit: AbortSignal) {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) yield chunk
    } catch (error) {
      throw this.#told(error, ask, limit)
    } finally {
      body.on('error', () => {})
      body.destroy()
    }
  }

  async #send(
    ask: Pick<Ask, 'method' | 'path' | 'form' | 'body' | 'accept'>,
    headers: Record<string, string>,
    signal: AbortSignal,
    silence?: Milliseconds,
  ): Promise<Dispatcher.ResponseData> {
    const response = await this.#pool.request({
      method: ask.method,
      path: this.#path + ask.path,
      headers: {
        accept: ask.accept ?? 'application/json',
        ...headers,
        ...(await this.#headers()),
        ...(ask.form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(ask.body && { 'content-type': ask.body.type }),
      },
      body: ask.body?.text ?? ask.form?.toString() ?? null,
      signal,
      ...(silence !== undefined && { bodyTimeout: silence }),
    })
    if (isRedirect(response.statusCode)) throw this.#redirected(response)
    return response
  }

  #told(
    error: unknown,
    ask: { timeout: Milliseconds; signal?: AbortSignal | undefined },
    limit: AbortSignal,
  ): SourceError {
    if (error instanceof SourceError) return error
    if (limit.aborted) {
      const seconds = Number((ask.timeout / 1000).toFixed(1))
      return this.error('timeout', `did not answer in ${seconds} s.`, error)
    }
    if (ask.signal?.aborted) return this.error('unreachable', 'was not waited for: nobody needs the answer.', error)
    return this.error(...whatHappened(error), error)
  }

  /** `Prometheus at http://… ‹what happened›` */
  error(reason: SourceError['reason'], happened: string, cause?: unknown): SourceError {
    return new SourceError(this.#name, reason, `${sourceLabels[this.#name]} at ${this.url} ${happened}`, { cause })
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #read(response: Dispatcher.ResponseData, cap: Bytes, signal: AbortSignal): Promise<Buffer> {
    const collect = async (source: AsyncIterable<Buffer>): Promise<Buffer> => {
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of source) {
        size += chunk.length
        if (size > cap)
          throw this.error('tooLarge', `sent more than ${Math.round(cap / 1e6)} MB; narrow the scope or the window.`)
        chunks.push(chunk)
      }
      return Buffer.concat(chunks, size)
    }
    const body: Readable = response.body
    if (headerOf(response, 'content-encoding') !== 'gzip') return pipeline(body, collect, { signal })
    return pipeline(body, createGunzip(), collect, { signal })
  }

  #redirected(response: Dispatcher.ResponseData): SourceError {
    response.body.on('error', () => {})
    response.body.destroy()
    return this.error(
      'malformed',
      `redirects (${response.statusCode}) to ${publicAddress(headerOf(response, 'location'), this.url)}, and redirects are not followed. Set the final address.`,
    )
  }
}

/** An address as it may be shown: without credentials, query and fragment, and not endless. */
export function publicAddress(text: string, base?: string): string {
  if (!URL.canParse(text, base)) return 'somewhere'
  const url = new URL(text, base)
  return (url.origin + url.pathname).slice(0, 200)
}

function basicAuthorization(address: URL): Record<string, string> {
  if (address.username === '') return {}
  const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

const isRedirect = (status: number) => status >= 300 && status < 400 && status !== 304

function headerOf(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

const happenings: Record<string, [SourceError['reason'], string]> = {
  ECONNREFUSED: ['unreachable', 'refused the connection. Does it run, and is the address right?'],
  ENOTFOUND: ['unreachable', 'has a host name that nobody knows. Is the address right?'],
  EAI_AGAIN: ['unreachable', 'has a host name that cannot be looked up now (DNS does not answer).'],
  ECONNRESET: ['unreachable', 'closed the connection before it had answered.'],
  EPIPE: ['unreachable', 'closed the connection before it had answered.'],
  UND_ERR_SOCKET: ['unreachable', 'closed the connection before it had answered.'],
  ERR_STREAM_PREMATURE_CLOSE: ['unreachable', 'closed the connection before it had answered.'],
  EHOSTUNREACH: ['unreachable', 'is on a host that cannot be reached.'],
  ENETUNREACH: ['unreachable', 'is on a network that cannot be reached.'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'fell silent in the middle of an answer.'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'did not accept a connection in 5 s.'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['malformed', 'does not speak TLS. Is the address http:// instead of https://?'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['malformed', 'does not speak TLS. Is the address http:// instead of https://?'],
  ETIMEDOUT: ['timeout', 'did not accept a connection in time.'],
  Z_DATA_ERROR: ['malformed', 'sent an answer that is not the gzip it claims to be.'],
  Z_BUF_ERROR: ['malformed', 'sent an answer that was cut short.'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['malformed', 'sent an answer that was cut short.'],
}

function whatHappened(error: unknown): [SourceError['reason'], string] {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = happenings[code]
  if (known) return known
  if (code.startsWith('HPE_')) return ['malformed', 'does not speak HTTP. Is the port right?']
  if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code))
    return ['unreachable', `has a certificate that is not trusted (${code}).`]
  return ['unreachable', `cannot be reached (${code || 'unknown error'}).`]
}
