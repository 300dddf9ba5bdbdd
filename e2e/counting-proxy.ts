import { createServer, request } from 'node:http'

/** Stands between the console and a Prometheus, counts what passes, and can be told to be away. */
export interface CountingProxy {
  url: string
  /** Requests to the query endpoints so far. */
  queries(): number
  close(): Promise<void>
}

export async function countingProxy(upstream: string): Promise<CountingProxy> {
  let queries = 0
  const target = new URL(upstream)
  const server = createServer((incoming, reply) => {
    if (/\/query(_range)?(\?|$)/.test(incoming.url ?? '')) queries++
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      answer => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers)
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
