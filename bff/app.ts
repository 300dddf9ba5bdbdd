import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { openConfig } from '#bff/config/feature.ts'
import { seeingKinds, watchedKinds } from '#bff/config/kinds.ts'
import { createRights, type Rights } from '#bff/config/rights.ts'
import { failures, nothingHere } from '#bff/http/failure.ts'
import { guarded } from '#bff/http/guard.ts'
import { sendJson } from '#bff/http/json.ts'
import { openapi } from '#bff/http/openapi.ts'
import { page } from '#bff/http/page.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { securityHeaders } from '#bff/http/security-headers.ts'
import { createRouter, refuseOtherMethods, type Router, serve } from '#bff/http/serve.ts'
import { type Channel, type LiveStats, openChannel } from '#bff/live/channel.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import { openSecurity } from '#bff/security/feature.ts'
import { emptyRoutes } from '#bff/mesh/empty/routes.ts'
import { scrapeJudge } from '#bff/security/scrapes.ts'
import { logsRoutes } from '#bff/logs/routes.ts'
import { overviewRoutes } from '#bff/overview/routes.ts'
import { type ObjectsWatch, unsetObjects } from '#bff/sources/kubernetes-objects.ts'
import { type KubernetesUsers, unsetUsers } from '#bff/sources/kubernetes-users.ts'
import type { Sources } from '#bff/sources/source.ts'
import { openMetrics } from '#bff/metrics/feature.ts'
import { openServices } from '#bff/services/feature.ts'
import { openStore } from '#bff/store/open-store.ts'
import type { Store } from '#bff/store/store.ts'
import { proxiesRoutes } from '#bff/proxies/routes.ts'
import { topologySubject } from '#bff/topology/feed.ts'
import type { HealthRules } from '#bff/mesh/health/rules.ts'
import { createTurns, type Turns } from '#bff/mesh/turns.ts'
import { createSinces, type Sinces } from '#bff/mesh/health/since.ts'
import { topologyRoutes } from '#bff/topology/routes.ts'
import { tracesRoutes } from '#bff/traces/routes.ts'
import { createSeers, type Seers } from '#bff/http/sight.ts'
import { livePath } from '#shared/live.ts'
import { readStatus } from '#shared/mesh/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Env } from './env.ts'
import type { Log } from './log.ts'
import { watchStatus } from './status.ts'

/** What features are given. */
export interface Deps {
  sources: Sources
  users: KubernetesUsers
  objects: ObjectsWatch
  /** Where history is kept, and how much of it. */
  store: Store
  retention: Env['history']
  rights: Rights
  /** Who may see which namespaces. */
  seers?: Seers
  /** Hears of faults of this program that no request ends with. */
  report: (error: unknown) => void
  now: () => EpochMilliseconds
  /** What health is judged by, and since when it is so. */
  rules?: HealthRules
  sinces: Sinces
  /** Assertions that changes turned. */
  turns: Turns
  /** A folder of dashboards. */
  dashboards?: string | null
}

/** What a feature brings: its endpoints and its live subjects. */
export type Feature = (deps: Deps) => OpenFeature

export interface OpenFeature {
  routes(router: Router): void
  subjects: AnySubject[]
  close?(): Promise<void>
}

/** Where features meet. */
export const features: readonly Feature[] = [
  deps => ({ routes: router => topologyRoutes(router, deps), subjects: [topologySubject(deps)] }),
  deps => ({ routes: router => emptyRoutes(router, { ...deps, judgeScrapes: scrapesJudgedBy(deps) }), subjects: [] }),
  openConfig,
  deps => ({ routes: router => tracesRoutes(router, deps), subjects: [] }),
  openServices,
  openMetrics,
  deps => openSecurity({ ...deps, ...deps.sources, ...policiesOf(deps) }),
  deps => ({ routes: router => proxiesRoutes(router, deps), subjects: [] }),
  deps => ({ routes: router => logsRoutes(router, { ...deps, ...policiesOf(deps) }), subjects: [] }),
  deps => ({ routes: router => overviewRoutes(router, deps), subjects: [] }),
]

/** Objects of the kinds that are watched for the configuration pages. */
const policiesOf = ({ objects, rights, users }: Deps) => ({
  objectsOf: (group: string, kind: string) => {
    const watched = watchedKinds.find(one => one.group === group && one.kind === kind)
    return watched === undefined ? [] : objects.items(watched).values()
  },
  kinds: () => objects.kinds(),
  // Without a cluster there is nobody whose rights could be asked for.
  may: async (user: string, deed: Parameters<Rights['may']>[1], namespace: string | null) =>
    users.current === '' || rights.may(user, deed, namespace),
})

/** Policies refuse scrapes, too: who knows policies says so. */
const scrapesJudgedBy = (deps: Deps) => scrapeJudge({ ...deps, ...deps.sources, ...policiesOf(deps) })

export interface AppOptions {
  sources: Sources
  /** Who it may ask the cluster as. */
  users?: KubernetesUsers
  objects?: ObjectsWatch
  /** Where history is kept: as long as this server lives, unless told. It stays the caller's to close. */
  store?: Store
  env: Pick<Env, 'mesh' | 'allowedHosts' | 'allowedOrigins' | 'checksReplies'> &
    Partial<Pick<Env, 'health' | 'history' | 'dashboards'>>
  log: Log
  /** The built page. */
  distFolder?: string
  now?: () => EpochMilliseconds
  features?: readonly Feature[]
}

export interface App {
  /** Port 0 takes any free one. Rejects where the port cannot be had (`code: 'EADDRINUSE'`). */
  listen(port: number, host: string): Promise<{ url: string; port: number }>
  liveStats(): LiveStats
  /** Resolves when every source has been asked once. */
  firstWord: Promise<void>
  close(): Promise<void>
}

const builtPage = fileURLToPath(new URL('../dist', import.meta.url))

/** The whole server on given sources; nothing listens yet. The sources stay the caller's to close. */
export async function createApp(options: AppOptions): Promise<App> {
  const { sources, users = unsetUsers(), objects = unsetObjects(), env, log } = options
  const { distFolder = builtPage, now = Date.now } = options
  const report = (error: unknown) => log.error({ err: error }, 'Weft failed in the live part')
  const guard = { hosts: env.allowedHosts, origins: env.allowedOrigins }
  const { store = openStore({ place: { kind: 'memory' } }), features: given = features } = options
  const { health: rules, dashboards = null, history: retention = { age: Infinity, bytes: Infinity } } = env
  const rights = createRights({ users, now })
  const may: Rights['may'] = (user, deed, namespace) => rights.may(user, deed, namespace)
  // Without a cluster there is nobody whose rights could be asked for.
  const seers = users.current === '' ? {} : { seers: createSeers({ may, kinds: seeingKinds, own: users.current }) }
  const deps: Deps = {
    rights,
    ...seers,
    sources,
    users,
    objects,
    store,
    retention,
    report,
    now,
    sinces: createSinces(),
    turns: createTurns(),
    ...(rules && { rules }),
    dashboards,
  }
  const open = given.map(feature => feature(deps))
  let channel: Channel | undefined
  const status = watchStatus({
    sources,
    version: ownVersion(),
    mesh: env.mesh,
    users: users.names,
    now,
    changed: told => {
      log.info(
        { sources: told.sources.map(({ name, state, because }) => ({ name, state, because })) },
        'Sources changed',
      )
      channel?.tellStatus(told)
    },
  })

  const router = createRouter({ checksReplies: env.checksReplies, callers: users })
  serve(router, readStatus, () => status.read())
  for (const feature of open) feature.routes(router)
  refuseOtherMethods(router)

  const http = express()
  http.disable('x-powered-by').disable('etag')
  http.use(securityHeaders())
  http.use(guarded(guard))
  http.get('/healthz', (_request, response) => void response.type('text').send('ok\n'))
  let isReady = false
  void status.firstWord.then(() => (isReady = true))
  http.get('/readyz', (_request, response) => {
    // A source that fails does not make the console unready: saying so is its work.
    if (!isReady) throw new HttpProblem(503, 'The sources have not been asked yet.')
    response.type('text').send('ready\n')
  })
  http.use(router.express)
  const description = openapi(router.endpoints, ownVersion())
  http.get('/api/openapi.json', (request, response) => sendJson(request, response, description))
  http.use(await page(distFolder, ['/api', '/assets', livePath, '/healthz', '/readyz']))
  http.use(nothingHere)
  http.use(failures((error, route) => log.error({ err: error, route }, 'Weft failed while answering')))

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 }, http)
  channel = openChannel(server, {
    guard,
    now,
    callers: users,
    subjects: open.flatMap(feature => feature.subjects),
    status: () => status.read(),
    report,
    later: (delay, callback) => {
      const timer = setTimeout(callback, delay)
      return () => clearTimeout(timer)
    },
  })
  const { stats, close } = channel
  return {
    listen: (port, host) => listen(server, port, host),
    liveStats: stats,
    firstWord: status.firstWord,
    close: async () => {
      status.close()
      server.closeAllConnections()
      await close()
      for (const feature of open) await feature.close?.()
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address() as AddressInfo
      // Listening everywhere is reached by the name of this machine to itself.
      const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
      resolve({ url: `http://${name}:${address.port}`, port: address.port })
    })
  })
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
