import type { ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { mostSpecificFirst, readGatewayApiRoutes } from './gateway-api-routes.ts'
import { covers } from './services.ts'
import type { StringMatch } from './string-match.ts'
import { readVirtualServices } from './virtual-services.ts'

/** VirtualService, HTTPRoute and GRPCRoute in one form: an ordered list of rules for some hosts. */
export interface Route {
  kind: 'VirtualService' | 'HTTPRoute' | 'GRPCRoute'
  namespace: string
  name: string
  /** Milliseconds: among rivals the oldest wins. */
  created: number
  /** Full host names, or with a wildcard in front. */
  hosts: string[]
  /** Namespaces whose callers see it; null: all. */
  visibleTo: string | null
  http: HttpRule[]
  tcp: TcpRule[]
}

export interface HttpRule {
  /** Any of them; none = every request. */
  matches: HttpMatch[]
  backends: Backend[]
  fault: Fault | null
  /** Milliseconds. */
  timeout: number | null
  retries: Retries | null
  /** The proxy answers by itself: a redirect or a direct response. */
  directCode: number | null
}

export interface HttpMatch {
  path: StringMatch | null
  ignorePathCase: boolean
  method: StringMatch | null
  authority: StringMatch | null
  headers: { name: string; match: StringMatch; negated: boolean }[]
  port: number | null
  sourceNamespace: string | null
  sourceLabels: Record<string, string>
}

export interface TcpRule {
  ports: number[]
  backends: Backend[]
}

export interface Backend {
  /** Full host name. */
  host: string
  subset: string | null
  port: number | null
  weight: number
}

export interface Fault {
  /** Shares are 0–1. */
  delay: { share: number; milliseconds: number } | null
  abort: { share: number; code: number; grpcStatus: number | null } | null
}

export interface Retries {
  attempts: number
  /** Milliseconds per try. */
  perTryTimeout: number | null
  on: ReadonlySet<string>
}

/** Where a caller's routes are found. */
export interface Router {
  /** For callers inside the mesh that ask for `host`. */
  inMesh(host: string, port: number, callerNamespace: string): Route | undefined
  /** For requests with this Host at a gateway. */
  atGateway(gateway: Workload, host: string): Route[]
  routesOf(gateway: Workload): readonly Route[]
}

export function readRouter(store: ObjectStore, workloads: ReadonlyMap<string, Workload>): Router {
  const virtualServices = readVirtualServices(store, workloads)
  const gatewayApi = readGatewayApiRoutes(store, workloads)
  // Gateway API's routes for a Service stand before a VirtualService of the same host.
  const inMesh = [...gatewayApi.inMesh, ...virtualServices.inMesh.map(route => ({ route, port: null }))]
  const exact = new Map<string, typeof inMesh>()
  const wild: typeof inMesh = []
  for (const entry of inMesh)
    for (const host of entry.route.hosts)
      if (host.startsWith('*')) wild.push(entry)
      else exact.set(host, [...(exact.get(host) ?? []), entry])
  const atGateway = new Map<string, Route[]>()
  for (const { gateway, route } of [...gatewayApi.atGateway, ...virtualServices.atGateway])
    atGateway.set(gateway, [...(atGateway.get(gateway) ?? []), route])
  const asked = new Map<string, Route[]>()
  const once = (key: string, make: () => Route[]) => {
    const known = asked.get(key)
    if (known) return known
    const made = make()
    asked.set(key, made)
    return made
  }
  return {
    inMesh: (host, port, callerNamespace) =>
      once(`${callerNamespace}>${host}:${port}`, () => {
        const fits = (entry: (typeof inMesh)[number]) =>
          (entry.port === null || entry.port === port) &&
          (entry.route.visibleTo === null || entry.route.visibleTo === callerNamespace)
        const entries = [...(exact.get(host) ?? []), ...wild.filter(entry => routeCovers(entry.route, host))]
        return merged(entries.filter(fits).map(entry => entry.route))
      })[0],
    routesOf: gateway => atGateway.get(gateway.key) ?? [],
    atGateway: (gateway, host) =>
      once(`${gateway.key} ${host}`, () =>
        merged((atGateway.get(gateway.key) ?? []).filter(route => routeCovers(route, host))),
      ),
  }
}

/**
 * Gateway API's routes for one host are one list, the most specific match first whatever route it was written in; the
 * more specific host name goes before. VirtualServices stay apart and come after.
 */
function merged(routes: readonly Route[]): Route[] {
  const gatewayApi = routes.filter(route => route.kind !== 'VirtualService')
  const others = routes.filter(route => route.kind === 'VirtualService')
  const [first] = gatewayApi
  if (first === undefined) return others
  const width = (route: Route) =>
    Math.max(...route.hosts.map(host => (host.startsWith('*') ? 0 : 1) * 1000 + host.length))
  const byHost = Map.groupBy(
    gatewayApi.toSorted((a, b) => width(b) - width(a)),
    width,
  )
  const http = [...byHost.values()].flatMap(group => mostSpecificFirst(group.flatMap(route => route.http)))
  return [{ ...first, http }, ...others]
}

const routeCovers = (route: Route, host: string) => route.hosts.some(pattern => covers(pattern, host))
