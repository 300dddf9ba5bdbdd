import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { ContainerLogs, KubeObject, PodServers, WebhookReview } from '#lab/contract.ts'
import { type Access, createOpenAccess, demand } from './access/access.ts'
import { attributesOf, attributesOfPath } from './access/attributes.ts'
import { issuer } from './access/service-account-tokens.ts'
import type { Api } from './api/api.ts'
import { ask, reviewAt } from './api/ask.ts'
import { aggregatedWish, discover, discoverAll } from './api/discovery.ts'
import { noLogs } from './api/logs.ts'
import { createObjectHandler } from './api/objects.ts'
import { createProxy, noServers, proxyPathOf } from './api/proxy.ts'
import { parsePath, understand } from './api/request.ts'
import { plain } from './api/api.ts'
import { plainShape, refuse, respond, send } from './api/respond.ts'
import { isStream, streamRefusal } from './api/streams.ts'
import { badRequest, methodNotAllowed, noSuchResource, StatusError } from './api/status.ts'
import { createDocuments } from './openapi/documents.ts'
import type { KubernetesStore } from './store.ts'
import type { Fields } from './value.ts'

export interface ServerOptions {
  store: KubernetesStore
  /** Milliseconds since the epoch. */
  now: () => number
  /** Who may enter and do what; without it everyone is the administrator. */
  access?: Access
  /** Speaks TLS with this key and certificate chain (PEM); plain HTTP without. */
  tls?: { key: string; cert: string }
  admit?: (object: KubeObject) => KubeObject
  /** Milliseconds; a real server sends a bookmark about once a minute. */
  bookmarkInterval?: number
  goneAs?: Api['goneAs']
  /** Told what no request should be able to cause; the asker gets a 500. */
  onError?: (error: unknown) => void
}

export interface KubernetesServer {
  /** Listens on loopback; port 0 takes a free one. Returns the address to put into a kubeconfig. */
  listen(port?: number, host?: string): Promise<string>
  close(): Promise<void>
  /** False: open connections are cut and new ones are dropped, as when the API server is down. */
  setAvailable(available: boolean): void
  requestCount(): number
  /** Who is inside: connections, and answers that go on (watches, logs that are followed). */
  openCount(): { connections: number; streams: number }
  /** Whose lines `pods/log` answers with; before, every container has written nothing. */
  showLogs(logs: ContainerLogs): void
  /** Who answers behind `pods/proxy` and `services/proxy`; before, nobody listens anywhere. */
  showPods(pods: PodServers): void
  /** Who is told what istiod's validating webhook said. */
  tellReviews(listener: (review: WebhookReview) => void): void
}

const version = {
  major: '1',
  minor: '33',
  gitVersion: 'v1.33.4',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2025-08-13T00:00:00Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
}

const healthPaths = ['/healthz', '/livez', '/readyz']

/** Where a program finds the keys of ServiceAccount tokens (OpenID Connect Discovery). */
const tokenIssuer: Fields = {
  issuer,
  jwks_uri: `${issuer}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
}

/** The lab's Kubernetes API server. */
export function createKubernetesServer(options: ServerOptions): KubernetesServer {
  const { store, now, access = createOpenAccess({ store, now }), tls, onError = console.error } = options
  const api: Api = {
    store,
    now,
    access,
    admit: options.admit ?? (object => object),
    logs: noLogs,
    pods: noServers,
    reviewed: () => undefined,
    bookmarkInterval: options.bookmarkInterval ?? 60_000,
    goneAs: options.goneAs ?? 'event',
  }
  const objects = createObjectHandler(api)
  const proxy = createProxy()
  const documents = createDocuments(store.resources)
  const sockets = new Set<Socket>()
  let available = true
  let requests = 0

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    refusePages(message)
    const url = addressOf(message)
    const path = url.pathname.replace(/\/+$/, '') || '/'
    const user = access.userOf(message)
    const method = message.method ?? ''
    const passed = proxyPathOf(url.pathname)
    if (passed) {
      demand(access, user, attributesOf(method, passed.target, url.searchParams))
      return proxy(api, passed, { method, query: url.searchParams }, message, response)
    }
    const target = parsePath(path)
    demand(access, user, target ? attributesOf(method, target, url.searchParams) : attributesOfPath(method, path))
    if (target) {
      if (isStream(target)) throw streamRefusal(api, target, message)
      const review = reviewAt(target)
      if (review) return ask(api, review, target, user, message, response, url.searchParams)
      const request = understand(store.resources, method, target, url.searchParams, user)
      return objects.handle(request, message, response)
    }
    if (message.method !== 'GET' && message.method !== 'HEAD') throw methodNotAllowed()
    if (healthPaths.includes(path))
      return send(message, response, { code: 200, contentType: 'text/plain; charset=utf-8', body: 'ok' })
    const file = documents.read(path, message.headers.accept)
    if (file) return send(message, response, { code: 200, ...file })
    const wish = aggregatedWish(message.headers.accept)
    const all = wish && discoverAll(store.resources, path, wish)
    if (all)
      return send(message, response, {
        code: 200,
        contentType: `application/json;g=apidiscovery.k8s.io;v=${wish};as=APIGroupDiscoveryList`,
        body: JSON.stringify(all),
      })
    const found = plainAt(path) ?? discover(store.resources, path)
    if (!found) throw noSuchResource()
    await respond(message, response, plain(found), {
      shape: plainShape(message.headers.accept),
      query: url.searchParams,
      now: now(),
    })
  }

  function plainAt(path: string): Fields | undefined {
    switch (path) {
      case '/':
        return rootPaths()
      case '/version':
        return version
      case '/openid/v1/jwks':
        return access.tokens.keySet()
      case '/.well-known/openid-configuration':
        return tokenIssuer
      default:
        return undefined
    }
  }

  const rootPaths = () => ({
    paths: [
      '/api',
      '/api/v1',
      '/apis',
      ...store.resources
        .groups()
        .filter(group => group !== '')
        .flatMap(group => [
          `/apis/${group}`,
          ...store.resources.versionsOf(group).map(served => `/apis/${group}/${served}`),
        ]),
      '/.well-known/openid-configuration',
      ...healthPaths,
      '/openapi/v2',
      '/openapi/v3',
      '/openid/v1/jwks',
      '/version',
    ],
  })

  const answer = (message: IncomingMessage, response: ServerResponse) => {
    requests++
    if (!available) {
      message.socket.destroy()
      return
    }
    response.on('error', () => undefined)
    handle(message, response).catch(async (error: unknown) => {
      if (message.destroyed && !message.complete) return
      if (!(error instanceof StatusError)) onError(error)
      const status =
        error instanceof StatusError
          ? error
          : new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`)
      await refuse(message, response, status)
    })
  }
  const server = tls ? createSecureServer(tls, answer) : createServer(answer)
  server.on('connection', socket => {
    if (!available) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  // What is no HTTP is told so in the words of all other refusals.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const isLong = error.code === 'HPE_HEADER_OVERFLOW'
    const refusal = isLong
      ? new StatusError(431, 'RequestHeaderFieldsTooLarge', 'the header of the request is too large')
      : badRequest(`the request is not HTTP: ${error.message}`)
    const body = JSON.stringify(refusal.toObject())
    socket.end(
      `HTTP/1.1 ${refusal.code} ${isLong ? 'Request Header Fields Too Large' : 'Bad Request'}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  })
  // Watches are long; a slow sender of headers or body is not.
  server.requestTimeout = 60_000
  server.keepAliveTimeout = 65_000

  return {
    listen: (port = 0, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          const address = server.address()
          if (address === null || typeof address === 'string') reject(new Error('no address'))
          else resolve(`${tls ? 'https' : 'http'}://${host}:${address.port}`)
        })
      }),
    close: () =>
      new Promise((resolve, reject) => {
        objects.stop()
        server.close(error => (error ? reject(error) : resolve()))
        for (const socket of sockets) socket.destroy()
      }),
    setAvailable(next) {
      available = next
      if (available) return
      // Cut first: a stream that is ended in good order would look like a watch that is over.
      for (const socket of sockets) socket.destroy()
      objects.stop()
    },
    requestCount: () => requests,
    openCount: () => ({ connections: sockets.size, streams: objects.openCount() }),
    showLogs(logs) {
      api.logs = logs
    },
    showPods(pods) {
      api.pods = pods
    },
    tellReviews(listener) {
      api.reviewed = listener
    },
  }
}

/**
 * The lab is for programs on this machine, and its tokens are no secrets: no web page may enter, neither by its own
 * request (Origin) nor by a name of its own that leads to loopback (Host).
 */
function refusePages({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  if (headers.origin === undefined && (host === '' || host === 'localhost' || isIP(host) > 0)) return
  throw new StatusError(403, 'Forbidden', 'forbidden: the lab serves programs on this machine, not web pages')
}

function addressOf(message: IncomingMessage): URL {
  try {
    return new URL(message.url ?? '/', 'http://lab')
  } catch {
    throw badRequest(`invalid request URI ${JSON.stringify(message.url)}`)
  }
}
