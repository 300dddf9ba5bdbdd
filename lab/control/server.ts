import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ControlServer {
  /** Binds to loopback; port 0 takes a free one. Resolves to the base URL. */
  listen(port?: number): Promise<string>
  close(): Promise<void>
}

export interface Reply {
  status: number
  value: unknown
}

/** One thing the door opens to: a path, and what each method does there. A body that is no JSON object comes as null. */
export interface ControlRoute {
  path: string
  /** For whoever asks for something else: `POST {"server": …, "down": …}`. */
  usage: string
  get?: () => Reply
  post?: (body: Readonly<Record<string, unknown>> | null) => Reply
  delete?: (body: Readonly<Record<string, unknown>> | null) => Reply
}

export const ok = (value: unknown): Reply => ({ status: 200, value })
export const bad = (error: string, status = 400): Reply => ({ status, value: { error } })

const bodyLimit = 10_000

/** A small door beside the lab's servers, for whoever makes things go wrong. Loopback only. */
export function createControlServer(routes: readonly ControlRoute[]): ControlServer {
  const server = createServer((request, response) => {
    const say = ({ status, value }: Reply) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(`${JSON.stringify(value)}\n`)
    }
    const route = routes.find(({ path }) => path === request.url)
    if (route === undefined)
      return say(bad(`The lab knows ${routes.map(({ path, usage }) => `${path} (${usage})`).join(', ')}.`, 404))
    const { method } = request
    if (method === 'GET' && route.get) return say(route.get())
    const act = method === 'POST' ? route.post : method === 'DELETE' ? route.delete : undefined
    if (act === undefined) return say(bad(`${route.path} takes ${route.usage}.`, 405))
    read(request).then(
      text => say(act(parse(text))),
      (error: unknown) => say(bad(String(error), 413)),
    )
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
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > bodyLimit) throw new Error('The body is too long.')
  }
  return text
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
