import { createServer, request as plain } from 'node:http'
import { request as secure } from 'node:https'

/** Stands between the console and one of its sources, and counts what passes. */
export interface CountingProxy {
  url: string
  /** Requests to Prometheus' query endpoints so far. */
  queries(): number
  close(): Promise<void>
}

/** @param isLost of a request: it never arrives, and nobody answers. */
export async function countingProxy(
  upstream: string,
  isLost: (method: string, url: string) => boolean = () => false,
): Promise<CountingProxy> {
  let queries = 0
  const target = new URL(upstream)
  const request = target.protocol === 'https:' ? secure : plain
  const server = createServer((incoming, reply) => {
    if (/\/query(_range)?(\?|$)/.test(incoming.url ?? '')) queries++
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
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
