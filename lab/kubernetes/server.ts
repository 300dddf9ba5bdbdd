import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { ContainerLogs, KubeObject } from '#lab/contract.ts'
import type { Api } from './api/api.ts'
import { mediaTypeOf, parseObject, readBody } from './api/body.ts'
import { aggregatedWish, discover, discoverAll } from './api/discovery.ts'
import { noLogs } from './api/logs.ts'
import { createObjectHandler } from './api/objects.ts'
import { parsePath, type ResourcePath, understand, type User } from './api/request.ts'
import { plain } from './api/api.ts'
import { plainShape, refuse, respond, send } from './api/respond.ts'
import { type Review, reviews } from './api/reviews.ts'
import { badRequest, forbidden, methodNotAllowed, noSuchResource, StatusError, unauthorized } from './api/status.ts'
import { createDocuments } from './openapi/documents.ts'
import type { KubernetesStore } from './store.ts'
import { shown } from './value.ts'

export interface ServerOptions {
  store: KubernetesStore
  /** Milliseconds since the epoch. */
  now: () => number
  /**
   * Who a bearer token belongs to; undefined refuses (401). Asked with undefined where a request brings none, as kubectl
   * does over plain HTTP: it keeps its credentials for TLS. Without this option everyone is the administrator.
   */
  authenticate?: (token: string | undefined) => User | undefined
  authorize?: Api['authorize']
  rules?: Api['rules']
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
  /** Whose lines `pods/log` answers with; before, every container has written nothing. */
  showLogs(logs: ContainerLogs): void
}

const administrator: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] }

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

/** The lab's Kubernetes API server. */
export function createKubernetesServer(options: ServerOptions): KubernetesServer {
  const { store, now, authenticate, onError = console.error } = options
  const api: Api = {
    store,
    now,
    authorize: options.authorize ?? (() => ({ allowed: true, reason: '' })),
    rules:
      options.rules ??
      (() => ({
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      })),
    admit: options.admit ?? (object => object),
    logs: noLogs,
    bookmarkInterval: options.bookmarkInterval ?? 60_000,
    goneAs: options.goneAs ?? 'event',
  }
  const objects = createObjectHandler(api)
  const documents = createDocuments(store.resources)
  const sockets = new Set<Socket>()
  let available = true
  let requests = 0

  const tokens = (token: string): User | undefined => (authenticate ? authenticate(token) : administrator)

  function userOf(message: IncomingMessage): User {
    if (!authenticate) return administrator
    const token = /^Bearer (.+)$/.exec(message.headers.authorization ?? '')?.[1]
    const user = authenticate(token)
    if (!user) throw unauthorized()
    return user
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    refusePages(message)
    const url = addressOf(message)
    const path = url.pathname.replace(/\/+$/, '') || '/'
    if (['/healthz', '/livez', '/readyz'].includes(path))
      return send(message, response, { code: 200, contentType: 'text/plain; charset=utf-8', body: 'ok' })
    const user = userOf(message)
    const target = parsePath(path)
    if (target) {
      const review = reviewAt(target)
      if (review) return ask(review, target, user, message, response, url.searchParams)
      const request = understand(store.resources, message.method ?? '', target, url.searchParams, user)
      return objects.handle(request, message, response)
    }
    if (message.method !== 'GET' && message.method !== 'HEAD') throw methodNotAllowed()
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
    const found = path === '/version' ? version : path === '/' ? rootPaths() : discover(store.resources, path)
    if (!found) throw noSuchResource()
    await respond(message, response, plain(found), {
      shape: plainShape(message.headers.accept),
      query: url.searchParams,
      now: now(),
    })
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
      '/healthz',
      '/livez',
      '/openapi/v2',
      '/openapi/v3',
      '/readyz',
      '/version',
    ],
  })

  async function ask(
    review: Review,
    target: ResourcePath,
    user: User,
    message: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> {
    if (message.method !== 'POST' || target.name !== '') throw methodNotAllowed()
    const mediaType = mediaTypeOf(message.headers['content-type'])
    const question = parseObject(await readBody(message), mediaType, review.kind)
    if (question['kind'] !== undefined && question['kind'] !== review.kind)
      throw badRequest(`${shown(question['kind'])} cannot be handled as a ${review.kind}`)
    const kind = { ...review, name: review.plural }
    if (
      !api.authorize(user, {
        verb: 'create',
        group: review.group,
        version: target.version,
        resource: review.plural,
        subresource: '',
        namespace: target.namespace ?? '',
        name: '',
        path: '',
      }).allowed
    )
      throw forbidden(kind, '', `User "${user.name}" cannot create resource "${review.plural}"`)
    const body = {
      ...question,
      kind: review.kind,
      apiVersion: `${review.group}/${target.version}`,
      metadata: { creationTimestamp: null },
      status: review.answer(question, user, api, tokens),
    }
    const shape = plainShape(message.headers.accept)
    await respond(message, response, plain(body, 201), { shape, query, now: now() })
  }

  const server = createServer((message, response) => {
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
  })
  server.on('connection', socket => {
    if (!available) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
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
          else resolve(`http://${host}:${address.port}`)
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
    showLogs(logs) {
      api.logs = logs
    },
  }
}

/**
 * Whoever reaches the lab without a token is its administrator: no web page may, neither by its own request (Origin) nor
 * by a name of its own that leads to loopback (Host).
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

function reviewAt(target: ResourcePath): Review | undefined {
  return reviews.find(
    review =>
      review.group === target.group &&
      review.plural === target.plural &&
      review.versions.includes(target.version) &&
      review.namespaced === (target.namespace !== undefined),
  )
}
