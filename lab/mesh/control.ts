import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export const servers = ['kubernetes', 'prometheus', 'tracing'] as const
export type ServerName = (typeof servers)[number]

export interface ControlServer {
  /** Binds to loopback; port 0 takes a free one. Resolves to the base URL. */
  listen(port?: number): Promise<string>
  close(): Promise<void>
}

const bodyLimit = 10_000

/** A small door beside the lab's servers: `POST /lab/outage {"server":"prometheus","down":true}`. */
export function createControlServer(setOutage: (server: ServerName, isDown: boolean) => void): ControlServer {
  const server = createServer((request, response) => {
    const say = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(`${JSON.stringify(value)}\n`)
    }
    if (request.url !== '/lab/outage') return say(404, { error: 'The lab knows POST /lab/outage.' })
    if (request.method !== 'POST') return say(405, { error: 'An outage is made by POST.' })
    read(request).then(
      text => {
        const wish = parse(text)
        if (wish === null)
          return say(400, { error: `Send {"server": one of ${servers.join(', ')}, "down": true or false}.` })
        setOutage(wish.server, wish.down)
        say(200, wish)
      },
      (error: unknown) => say(413, { error: String(error) }),
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

function parse(text: string): { server: ServerName; down: boolean } | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null || !('server' in value) || !('down' in value)) return null
  const server = servers.find(name => name === value.server)
  return server !== undefined && typeof value.down === 'boolean' ? { server, down: value.down } : null
}
