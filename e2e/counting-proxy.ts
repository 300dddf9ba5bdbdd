import { createServer, request as plain } from 'node:http'
import { request as secure } from 'node:https'

/** One question to Prometheus and how it went. */
export interface Asked {
  promql: string
  status: number
  milliseconds: number
}

/** Stands between the console and one of its sources, and counts what passes. */
export interface CountingProxy {
  url: string
  /** Requests to Prometheus' query endpoints so far. */
  queries(): number
  /** What Prometheus was asked so far, in the order of its answers. */
  asked(): readonly Asked[]
  close(): Promise<void>
}

/** @param isLost of a request: it never arrives, and nobody answers. */
export async function countingProxy(
  upstream: string,
  isLost: (method: string, url: string) => boolean = () => false,
): Promise<CountingProxy> {
  let queries = 0
  const asked: Asked[] = []
  const target = new URL(upstream)
  const request = target.protocol === 'https:' ? secure : plain
  const server = createServer((incoming, reply) => {
    const isQuery = /\/query(_range|_exemplars)?(\?|$)/.test(incoming.url ?? '')
    if (isQuery) queries++
    const begun = performance.now()
    let form = ''
    if (isQuery) incoming.on('data', (chunk: Buffer) => (form += chunk.toString()))
    if (isLost(incoming.method ?? '', incoming.url ?? '')) {
      reply.destroy()
      return
    }
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
        // The lab's own authority, on loopback.
        rejectUnauthorized: false,
      },
      answer => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers)
        // A watch begins before it has anything to tell.
        reply.flushHeaders()
        answer.pipe(reply)
        if (isQuery)
          answer.on('end', () =>
            asked.push({
              promql: new URLSearchParams(form).get('query') ?? '',
              status: answer.statusCode ?? 0,
              milliseconds: performance.now() - begun,
            }),
          )
      },
    )
    outgoing.on('error', () => reply.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    queries: () => queries,
    asked: () => asked,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
