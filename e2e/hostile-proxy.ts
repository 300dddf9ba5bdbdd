import { createServer, request as plain } from 'node:http'
import { request as secure } from 'node:https'

/** Short enough not to be cut in the middle; each would do something if anything but text were made of it. */
export const hostile = {
  image: '<img src=x onerror=owned()>',
  bold: '<b>v1</b>{{age}}$t(all)',
  script: '"><script>owned()</script>',
  bidi: 'a\u202Etxt.exe\u202C\u200B\u200Fz',
} as const

/** Stands between the console and one of its sources, and tells its answers otherwise. Streams go on as they come. */
export async function hostileProxy(
  upstream: string,
  tell: (text: string, path: string) => string,
): Promise<{ url: string; close(): Promise<void> }> {
  const target = new URL(upstream)
  const request = target.protocol === 'https:' ? secure : plain
  const server = createServer((incoming, reply) => {
    const { url = '', method, headers } = incoming
    const outgoing = request(
      {
        host: target.hostname,
        port: target.port,
        path: url,
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        // The lab's own authority, on loopback.
        rejectUnauthorized: false,
      },
      answer => {
        const { 'content-length': _, ...kept } = answer.headers
        reply.writeHead(answer.statusCode ?? 502, kept)
        // A watch begins before it has anything to tell, and ends when nobody waits for it.
        if (url.includes('watch=')) {
          reply.flushHeaders()
          answer.pipe(reply)
          return
        }
        answer.setEncoding('utf8')
        if (url.includes('/log?')) {
          reply.flushHeaders()
          answer.on('data', (text: string) => reply.write(tell(text, url)))
          answer.on('end', () => reply.end())
          return
        }
        let text = ''
        answer.on('data', (piece: string) => (text += piece))
        answer.on('end', () => reply.end(tell(text, url)))
      },
    )
    outgoing.on('error', () => reply.destroy())
    reply.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const json = (text: string): string => JSON.stringify(text)

/** A caller, an identity, a version and a code with markup for a name. */
export const inMetrics = (text: string): string =>
  text
    .replaceAll('"source_workload":"storefront-v2"', `"source_workload":${json(hostile.image)}`)
    .replaceAll('/ns/shop/sa/checkout"', `/ns/shop/sa/${json(hostile.image).slice(1)}`)
    .replaceAll('"destination_version":"v1"', `"destination_version":${json(hostile.bold)}`)
    .replaceAll('"response_code":"404"', `"response_code":${json(hostile.script)}`)

/** Operations, addresses and events of spans. */
export const inSpans = (text: string): string =>
  text
    .replaceAll(/"name":"([^"]+)"/g, (_, name: string) => `"name":${json(`${hostile.image}${name}${hostile.bidi}`)}`)
    .replaceAll(
      /"stringValue":"(\/[^"]*|https?:[^"]*)"/g,
      (_, value: string) => `"stringValue":${json(`${value}${hostile.script}`)}`,
    )

/** Every line of a log, at its end. */
export const inLogs = (text: string, path: string): string =>
  path.includes('/log?') ? text.replaceAll('\n', ` ${hostile.image} ${hostile.bidi} ${hostile.bold}\n`) : text
