import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'

export interface Loopback {
  url: string
  port: number
  /** Method and path with query of everything that was asked. */
  asked: string[]
  /** Takes the server away, open connections included; `back` brings it to the same port. */
  away(): Promise<void>
  back(): Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => unknown

/** A small real server on loopback that ends with the test. */
export async function loopback(handle: Handler): Promise<Loopback> {
  const asked: string[] = []
  const start = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => handle(request, response, Buffer.concat(pieces).toString()))
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    return server
  }
  const stop = (server: Server) =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  let server = await start(0)
  const { port } = server.address() as AddressInfo
  onTestFinished(() => stop(server))
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    away: () => stop(server),
    back: async () => {
      server = await start(port)
    },
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

/** Waits for something to become true that another process or the network must do first. */
export const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4500, interval: 5 })
