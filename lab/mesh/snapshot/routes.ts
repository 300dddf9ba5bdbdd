import type { ObjectStore } from '#lab/contract.ts'
import { readCertificates } from './certificates.ts'
import type { Workload } from './facts.ts'
import { readGatewayApiRoutes } from './gateway-api-routes.ts'
import { type GatewayPort, readGateways } from './gateways.ts'
import { patternsFor } from './hosts.ts'
import { readReferenceGrants } from './reference-grants.ts'
import type { Route } from './rules.ts'
import { isRouteImported, type Sidecar } from './sidecars.ts'
import { merged } from './virtual-hosts.ts'
import { readVirtualServices } from './virtual-services.ts'
import { isVisible } from './visibility.ts'

/** Where a caller's routes are found. */
export interface Router {
  /** For proxies of a namespace that ask for `host`: the route that rules, if any. */
  inMesh(host: string, port: number, reader: Reader): Route | undefined
  /** What listens at a port of a gateway; undefined: nobody. */
  atGateway(gateway: Workload, port: number): GatewayPort | undefined
  routesOf(gateway: Workload): readonly Route[]
  portsOf(gateway: Workload): readonly GatewayPort[]
}

/** Whose proxy reads. */
export interface Reader {
  namespace: string
  sidecar: Sidecar | null
  /** It serves a service: what the service's consumers wrote for themselves is none of its business. */
  isWaypoint: boolean
}

interface Entry {
  route: Route
  /** Of a Service's parentRef; null: all ports. */
  port: number | null
  isConsumers: boolean
}

export function readRouter(
  store: ObjectStore,
  workloads: ReadonlyMap<string, Workload>,
  namespaceLabels: ReadonlyMap<string, Record<string, string>>,
): Router {
  const virtualServices = readVirtualServices(store)
  const grants = readReferenceGrants(store)
  const gatewayApi = readGatewayApiRoutes(store, grants)
  const gateways = readGateways({
    store,
    workloads,
    namespaceLabels,
    certificates: readCertificates(store),
    grants,
    virtualServices: virtualServices.byGateway,
    gatewayApiRoutes: gatewayApi.byGateway,
  })
  const own = index(gatewayApi.inMesh)
  const others = index(virtualServices.inMesh.map(route => ({ route, port: null, isConsumers: false })))
  const asked = new Map<string, Route | null>()
  const ruling = (host: string, port: number, { namespace, sidecar, isWaypoint }: Reader): Route | null => {
    const fits = ({ route, port: wanted, isConsumers }: Entry) =>
      (wanted === null || wanted === port) &&
      isVisible(route.visibleTo, namespace) &&
      !(isConsumers && isWaypoint) &&
      // A route of the Gateway API comes with its Service.
      (route.kind !== 'VirtualService' || isRouteImported(sidecar, route.namespace, route.hosts))
    // Gateway API's routes for a Service stand before a VirtualService of the same host, a consumer's before the producer's.
    const found = own.get(host)?.filter(fits) ?? []
    const consumers = found.filter(entry => entry.isConsumers)
    const [first, ...more] = (consumers.length > 0 ? consumers : found).map(entry => entry.route)
    if (first) {
      const all = [first, ...more]
      const http = merged(all)
      return { ...first, http, tls: all.flatMap(route => route.tls), tcp: all.flatMap(route => route.tcp) }
    }
    for (const pattern of patternsFor(host)) {
      const entry = others.get(pattern)?.find(fits)
      if (entry) return entry.route
    }
    return null
  }
  return {
    inMesh(host, port, reader) {
      const { namespace, sidecar, isWaypoint } = reader
      const by = `${namespace}/${sidecar ? `${sidecar.namespace}/${sidecar.name}` : isWaypoint}`
      const key = `${by}>${host}:${port}`
      const known = asked.get(key)
      if (known !== undefined) return known ?? undefined
      const made = ruling(host, port, reader)
      asked.set(key, made)
      return made ?? undefined
    },
    atGateway: gateways.at,
    routesOf: gateways.routesOf,
    portsOf: gateways.portsOf,
  }
}

function index(entries: readonly Entry[]): Map<string, Entry[]> {
  const byHost = new Map<string, Entry[]>()
  for (const entry of entries)
    for (const host of entry.route.hosts) {
      const known = byHost.get(host)
      if (known) known.push(entry)
      else byHost.set(host, [entry])
    }
  return byHost
}
