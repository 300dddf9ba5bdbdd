import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

export interface UpgradeRules {
  /** The one path that is a WebSocket. */
  path: string
  /** Null when the request may pass, else why not. */
  refusal(request: IncomingMessage): string | null
  isFull(): boolean
}

/**
 * Stands before the WebSocket server: what may not pass is answered with a plain status (403, 404, 503) and closed at
 * once, instead of reaching the handshake.
 */
export function guardUpgrades(server: Server, rules: UpgradeRules): void {
  const handlers = server.listeners('upgrade')
  server.removeAllListeners('upgrade')
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that goes away while it is being refused is no event.
    socket.on('error', () => socket.destroy())
    const path = request.url?.split('?')[0] ?? ''
    if (path !== rules.path && path !== `${rules.path}/`) return refuse(socket, '404 Not Found', 'No WebSocket here.')
    const because = rules.refusal(request)
    if (because !== null) return refuse(socket, '403 Forbidden', because)
    if (rules.isFull()) return refuse(socket, '503 Service Unavailable', 'Too many connections.')
    for (const handle of handlers) Reflect.apply(handle, server, [request, socket, head])
  })
}

function refuse(socket: Duplex, status: string, because: string): void {
  const body = Buffer.from(because)
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${body.length}\r\n\r\n${body.toString()}`,
    () => socket.destroy(),
  )
}
