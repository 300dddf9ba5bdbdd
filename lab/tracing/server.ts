import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzip } from 'node:zlib'
import type { Reply } from './reply.ts'
import type { TraceStore } from './store.ts'
import { readV1 } from './v1.ts'
import { readV3 } from './v3.ts'

export interface TracingServer {
  /** Binds to 127.0.0.1; port 0 takes a free one. Resolves to the base URL, without a slash at its end. */
  listen(port?: number): Promise<string>
  close(): Promise<void>
  /** While not available every connection is cut, as if nothing listened. */
  setAvailable(available: boolean): void
}

/**
 * Jaeger's query API over a store of traces.
 * @param options.mode `v3`: Jaeger ≥ 2.21, of version 1 only detail, dependencies and metrics. `v1`: an old Jaeger.
 * Absent: 2.19 and 2.20, which speak both.
 * @param options.now milliseconds since the epoch
 */
export function createTracingServer(options: {
  store: TraceStore
  now: () => number
  mode?: 'v3' | 'v1'
}): TracingServer {
  const { store, now, mode } = options
  let isAvailable = true
  const server = createServer((request, response) => {
    if (!isAvailable) {
      request.socket.destroy()
      return
    }
    answer(request, response, (path, params) => {
      const read = { path, params, store, now: now() }
      return (mode === 'v1' ? null : readV3(read)) ?? readV1(read, mode === 'v3')
    })
  })
  return {
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject)
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
        })
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
    setAvailable(available) {
      isAvailable = available
      if (!available) server.closeAllConnections()
    },
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  read: (path: string, params: URLSearchParams) => Reply | null,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, '')
  let reply: Reply | null
  try {
    const url = new URL(request.url ?? '/', 'http://jaeger')
    reply = read(url.pathname, url.searchParams)
  } catch (error) {
    // A path that cannot be decoded is the caller's mistake; anything else is ours and is said.
    return error instanceof URIError || (error instanceof TypeError && 'code' in error)
      ? plain(response, 400, 'bad request\n')
      : plain(response, 500, `${String(error)}\n`)
  }
  if (reply === null) return plain(response, 404, '404 page not found\n')
  const isFine = reply.status < 400
  // Go's http.Error writes text/plain whatever the body is.
  const type = isFine ? 'application/json' : 'text/plain; charset=utf-8'
  send(request, response, reply.status, type, JSON.stringify(reply.body) + (isFine ? '' : '\n'))
}

const plain = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  response.end(body)
}

function send(request: IncomingMessage, response: ServerResponse, status: number, type: string, body: string): void {
  const headers = {
    'content-type': type,
    vary: 'Accept-Encoding',
    ...(status < 400 ? {} : { 'x-content-type-options': 'nosniff' }),
  }
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.writeHead(status, headers)
    response.end(body)
    return
  }
  gzip(body, (error, packed) => {
    if (error) return plain(response, 500, `${error.message}\n`)
    response.writeHead(status, { ...headers, 'content-encoding': 'gzip' })
    response.end(packed)
  })
}
