import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { ConnectionOptions } from 'node:tls'
import type { Bytes, Milliseconds } from '#shared/units.ts'
import type { Credentials } from './kubernetes-credentials.ts'
import { type Json, record, text } from './kubernetes-raw.ts'
import { SourceError } from './source.ts'
import { publicAddress, Wire } from './wire.ts'

/** The API server said no; `status` is its HTTP status, the message its own. */
export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

/** One question; the body is sent as JSON under the media type it is given. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body?: { type: string; json: unknown }
  accept?: string
  timeout?: Milliseconds
}

export interface ApiAnswer {
  status: number
  /** Null where it is no JSON object. */
  json: Json | null
  /** Null where it is no JSON list: what is asked through the API server may answer with one. */
  list: readonly unknown[] | null
  /** The beginning of the answer as it came. */
  text: string
  /** The server's Warning headers. */
  warnings: string[]
}

const answerIn: Milliseconds = 10_000
const answerCap: Bytes = 64e6
/** A page of a list may take a while on a busy server. */
const listIn: Milliseconds = 60_000
const pageCap: Bytes = 512e6

/** One cluster's API server, asked with credentials that renew themselves. */
export class KubernetesApi {
  readonly #credentials: Credentials
  readonly #connections: number
  readonly #warned: (warning: string) => void
  readonly #warnings = new Set<string>()
  #wire: { wire: Wire; print: string } | null = null
  #headers: Record<string, string> = {}
  readonly url: string

  /** `warned` hears each Warning of the server once. Each open watch takes one of the connections. */
  constructor(credentials: Credentials, warned: (warning: string) => void, connections = 32) {
    this.#credentials = credentials
    this.#connections = connections
    this.#warned = warned
    this.url = publicAddress(credentials.server).replace(/\/$/, '')
  }

  /** What the server warned of (deprecated versions, mostly), in its own words. */
  get warnings(): readonly string[] {
    return [...this.#warnings]
  }

  /** Any answer of the server, refusals too. Throws SourceError when there is none. */
  async ask(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> {
    const wire = await this.#ready()
    const { method, path, body, accept, timeout = answerIn } = request
    const answer = await wire.ask({
      method,
      path,
      accept,
      signal,
      timeout,
      cap: answerCap,
      body: body && { type: body.type, text: JSON.stringify(body.json) },
    })
    const warnings = warningsIn(answer.headers)
    const list = answer.body[0] === 0x5b ? parseList(answer.body) : null
    return {
      status: answer.status,
      json: parse(answer.body),
      list,
      text: answer.body.toString('utf8', 0, 500),
      warnings,
    }
  }

  /** One object as JSON. Throws ApiError for a refusal, SourceError for everything else. */
  async get(
    path: string,
    signal: AbortSignal,
    timeout = listIn,
    accept?: string,
  ): Promise<{ json: Json; duration: Milliseconds }> {
    const wire = await this.#ready()
    const answer = await wire.ask({ method: 'GET', path, timeout, cap: pageCap, signal, accept })
    this.#note(answer.headers)
    const json = parse(answer.body)
    if (answer.status !== 200) throw refusal(answer.status, json)
    if (!json) throw wire.error('malformed', 'answered with something else than JSON. Is the address right?')
    return { json, duration: answer.duration }
  }

  /** The bytes of a watch. Throws as `get` does, before the first byte or later. */
  async stream(
    path: string,
    signal: AbortSignal,
    silence: Milliseconds,
    accept?: string,
  ): Promise<AsyncIterable<Buffer>> {
    const wire = await this.#ready()
    const answer = await wire.stream({ method: 'GET', path, timeout: answerIn, silence, signal, accept })
    this.#note(answer.headers)
    if (answer.status !== 200) throw refusal(answer.status, parse(await beginning(answer.chunks)))
    return answer.chunks
  }

  async close(): Promise<void> {
    await this.#wire?.wire.close()
  }

  async #ready(): Promise<Wire> {
    let fresh: Awaited<ReturnType<Credentials['fresh']>>
    try {
      fresh = await this.#credentials.fresh()
    } catch (error) {
      throw new SourceError(
        'kubernetes',
        'unreachable',
        `Kubernetes at ${this.url} cannot be asked: the kubeconfig's credentials cannot be read or its plugin failed.`,
        { cause: error },
      )
    }
    this.#headers = fresh.headers
    const print = fingerprint(fresh.tls)
    if (this.#wire?.print !== print) {
      // Another client certificate: what is open ends and comes back with the new one.
      void this.#wire?.wire.close()
      const wire = new Wire({
        name: 'kubernetes',
        url: this.#credentials.server,
        connections: this.#connections,
        headers: () => Promise.resolve(this.#headers),
        tls: fresh.tls,
      })
      this.#wire = { wire, print }
    }
    return this.#wire.wire
  }

  #note(headers: IncomingHttpHeaders): void {
    for (const warning of warningsIn(headers)) {
      if (this.#warnings.has(warning) || this.#warnings.size >= 100) continue
      this.#warnings.add(warning)
      this.#warned(warning)
    }
  }
}

/** RFC 7234: `299 - "text"`, several in one header. */
function warningsIn(headers: IncomingHttpHeaders): string[] {
  const header: string | string[] | undefined = headers['warning']
  return [...String(header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) =>
    word.replaceAll(/\\(.)/g, '$1').slice(0, 300),
  )
}

function parse(body: Buffer): Json | null {
  try {
    return record(JSON.parse(body.toString()))
  } catch {
    return null
  }
}

function parseList(body: Buffer): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(body.toString())
    return Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const refusal = (status: number, json: Json | null) =>
  new ApiError(status, text(json?.['message']).slice(0, 300) || `HTTP ${status}`)

/** Enough of a refused stream to read why. */
async function beginning(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    pieces.push(chunk)
    size += chunk.length
    if (size > 65_536) break
  }
  return Buffer.concat(pieces)
}

function fingerprint(tls: ConnectionOptions): string {
  const hash = createHash('sha256')
  for (const part of [tls.ca, tls.cert, tls.key]) hash.update(`${JSON.stringify(part)}\n`)
  return hash.digest('base64')
}
