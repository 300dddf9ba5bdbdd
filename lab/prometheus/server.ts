import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExemplarStore, SampleStore } from '#lab/contract.ts'
import type { Context } from './server/context.ts'
import { sendExposition } from './server/exposition.ts'
import { BodyTooLarge, readParameters } from './server/parameters.ts'
import { failure, failureOf, plain, type Reply, send } from './server/reply.ts'
import { routeOf } from './server/routes.ts'
import { defaultConfig } from './server/status.ts'

export interface PrometheusServer {
  /** Binds to 127.0.0.1 unless told otherwise; port 0 takes a free one. Resolves to the base URL, without a slash at its end. */
  listen(port?: number, host?: string): Promise<string>
  close(): Promise<void>
  /** `false`: every connection is cut, as if nothing listened. `'slow'`: answers come, but late. */
  setAvailable(available: boolean | 'slow'): void
  /** How many instant and range queries were asked since the start. */
  queryCount(): number
}

export interface PrometheusServerOptions {
  store: SampleStore
  /** None unless told. */
  exemplars?: ExemplarStore
  /** Milliseconds since the epoch. */
  now: () => number
  version?: string
  /** prometheus.yml, as `/api/v1/status/config` tells it. Default: one with the store's scrape interval. */
  config?: string
  /** Milliseconds by which answers are late while slow. */
  slowness?: number
}

/** Prometheus' HTTP API of 2.42 and its `/metrics` over a store of samples. */
export function createPrometheusServer(options: PrometheusServerOptions): PrometheusServer {
  const { store, now, version = '2.42.0', slowness = 20_000 } = options
  const { exemplars = { select: () => [] } } = options
  const { config = defaultConfig(store.scrapeInterval) } = options
  const startTime = now()
  let available: boolean | 'slow' = true
  let queries = 0

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://prometheus')
    if (available === 'slow') await sleep(slowness, undefined, { ref: false })
    if (!available || response.destroyed) {
      request.socket.destroy()
      return
    }
    if (url.pathname === '/metrics' && request.method === 'GET') return sendExposition(request, response, store)
    const reply = await answer(request, url, parameters => ({
      parameters,
      store,
      exemplars,
      now: now(),
      startTime,
      version,
      config,
    }))
    send(request, response, reply)
  }

  async function answer(
    request: IncomingMessage,
    url: URL,
    context: (parameters: URLSearchParams) => Context,
  ): Promise<Reply> {
    const route = routeOf(url.pathname)
    const methods = url.pathname === '/metrics' ? ['GET'] : route?.methods
    if (!methods) return plain(404, '404 page not found\n')
    if (request.method === 'OPTIONS') return plain(204, '')
    if (!methods.includes(request.method ?? '') || !route)
      return plain(405, 'Method Not Allowed\n', { allow: [...methods, 'OPTIONS'].join(', ') })
    if (route.isQuery) queries++
    try {
      return route.answer(context(await readParameters(request, url)))
    } catch (error) {
      if (error instanceof BodyTooLarge) return failure('bad_data', error.message, 413)
      return failureOf(error)
    }
  }

  const server = createServer((request, response) => {
    // What still fails here is the connection: there is nobody left to tell.
    handle(request, response).catch(() => response.destroy())
  })

  return {
    listen: (port = 0, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          resolve(`http://${host}:${(server.address() as AddressInfo).port}`)
        })
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
    setAvailable(value) {
      available = value
      if (value === false) server.closeAllConnections()
    },
    queryCount: () => queries,
  }
}
