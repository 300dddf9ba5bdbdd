import { request as send } from 'node:http'
import type { KubeObject } from '#lab/contract.ts'
import { createCluster } from './fixture.ts'
import type { KubernetesOptions } from './kubernetes.ts'

/** A plain HTTP client for tests of the server. */

export interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON; undefined where it is none. */
  body: unknown
}

export interface Call {
  method?: string
  path: string
  body?: unknown
  type?: string
  accept?: string
  headers?: Record<string, string>
}

export interface WatchEvent {
  type: string
  object: KubeObject & { code?: number; message?: string }
}

export async function startCluster(options: Partial<KubernetesOptions> = {}) {
  const cluster = createCluster(options)
  const address = await cluster.server.listen()
  const headersOf = ({ body, type, accept, headers }: Call): Record<string, string> => ({
    ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    ...(accept === undefined ? {} : { accept }),
    ...headers,
  })
  const call = (wish: Call): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path, body } = wish
      const outgoing = send(`${address}${path}`, { method, headers: headersOf(wish), agent: false }, response => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8')
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: jsonIn(text) })
        })
      })
      outgoing.on('error', reject)
      const bytes = body === undefined ? undefined : bytesOf(body)
      // Node leaves the length out for DELETE, and the body would be read as the next request.
      if (bytes) outgoing.setHeader('content-length', bytes.length)
      outgoing.end(bytes)
    })
  /** Opens a watch. `next` waits for an event, `rest` for the end of the stream and returns what was not yet read. */
  const watch = async (path: string, accept = 'application/json') => {
    const abort = new AbortController()
    const response = await fetch(`${address}${path}`, { headers: { accept }, signal: abort.signal })
    const events = eventsIn(response)
    return {
      status: response.status,
      async next(): Promise<WatchEvent> {
        const { value, done } = await events.next()
        if (done) throw new Error('the watch has ended')
        return value
      },
      async rest(): Promise<WatchEvent[]> {
        const all: WatchEvent[] = []
        for await (const event of events) all.push(event)
        return all
      },
      close: () => abort.abort(),
    }
  }
  return { ...cluster, address, call, watch }
}

const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))

async function* eventsIn(response: Response): AsyncGenerator<WatchEvent, undefined> {
  let text = ''
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as WatchEvent
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
