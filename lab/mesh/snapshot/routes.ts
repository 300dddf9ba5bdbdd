import type { ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { mostSpecificFirst, readGatewayApiRoutes } from './gateway-api-routes.ts'
import { covers, patternsFor } from './hosts.ts'
import { hasLabels, textMap } from './read.ts'
import type { Route } from './rules.ts'
import { isRouteImported, type Sidecar } from './sidecars.ts'
import { readVirtualServices } from './virtual-services.ts'
import { isVisible } from './visibility.ts'

/** Where a caller's routes are found. */
export interface Router {
  /** For proxies of a namespace that ask for `host`: the route that rules, if any. */
  inMesh(host: string, port: number, namespace: string, sidecar: Sidecar | null): Route | undefined
  /** For requests with this Host at a gateway. */
  atGateway(gateway: Workload, host: string): Route[]
  routesOf(gateway: Workload): readonly Route[]
}

interface Entry {
  route: Route
  /** Of a Service's parentRef; null: all ports. */
  port: number | null
}

export function readRouter(store: ObjectStore, workloads: ReadonlyMap<string, Workload>): Router {
  const virtualServices = readVirtualServices(store)
  const gatewayApi = readGatewayApiRoutes(store, workloads)
  const own = index(gatewayApi.inMesh)
  const others = index(virtualServices.inMesh.map(route => ({ route, port: null })))
  const atGateway = new Map<string, Route[]>()
  const bind = (gateway: string, route: Route) => {
    const known = atGateway.get(gateway)
    if (known) known.push(route)
    else atGateway.set(gateway, [route])
  }
  for (const { gateway, route } of gatewayApi.atGateway) bind(gateway, route)
  for (const { gateway, route } of boundByGateway(store, workloads, virtualServices.byGateway)) bind(gateway, route)
  const asked = new Map<string, Route[]>()
  const once = (key: string, make: () => Route[]) => {
    const known = asked.get(key)
    if (known) return known
    const made = make()
    asked.set(key, made)
    return made
  }
  return {
    inMesh: (host, port, namespace, sidecar) =>
      once(`${namespace}/${sidecar ? `${sidecar.namespace}/${sidecar.name}` : ''}>${host}:${port}`, () => {
        const fits = ({ route, port: own }: Entry) =>
          (own === null || own === port) &&
          isVisible(route.visibleTo, namespace) &&
          // A route of the Gateway API comes with its Service.
          (route.kind !== 'VirtualService' || isRouteImported(sidecar, route.namespace, route.hosts))
        // Gateway API's routes for a Service stand before a VirtualService of the same host.
        const first = own.get(host)?.filter(fits) ?? []
        if (first.length > 0) return merged(first.map(entry => entry.route))
        for (const pattern of patternsFor(host)) {
          const found = others.get(pattern)?.find(fits)
          if (found) return [found.route]
        }
        return []
      })[0],
    routesOf: gateway => atGateway.get(gateway.key) ?? [],
    atGateway: (gateway, host) =>
      once(`${gateway.key} ${host}`, () =>
        merged((atGateway.get(gateway.key) ?? []).filter(route => route.hosts.some(pattern => covers(pattern, host)))),
      ),
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

/** Istio's Gateway → the workloads its selector picks, in any namespace. */
function boundByGateway(
  store: ObjectStore,
  workloads: ReadonlyMap<string, Workload>,
  byGateway: ReadonlyMap<string, Route[]>,
): { gateway: string; route: Route }[] {
  const gateways = [...workloads.values()].filter(workload => workload.proxy === 'gateway')
  return store.list('gateways.networking.istio.io').flatMap(object => {
    const selector = textMap(object.spec?.['selector'])
    const routes = byGateway.get(`${object.metadata.namespace ?? 'default'}/${object.metadata.name}`) ?? []
    return gateways
      .filter(workload => hasLabels(workload.labels, selector))
      .flatMap(workload => routes.map(route => ({ gateway: workload.key, route })))
  })
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
