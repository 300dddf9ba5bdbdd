import { policyOf } from '#lab/mesh/snapshot/destination-rules.ts'
import { type Backend, type HttpRule, anyRequest, plainRule, type Route } from '#lab/mesh/snapshot/rules.ts'
import { patternsFor } from '#lab/mesh/snapshot/hosts.ts'
import { clusterName, domainsOf, isHttp, type KnownPort, knownPorts } from './known.ts'
import type { Proxy } from './look.ts'
import { madeOf, type Message } from './proto.ts'
import { type Naming, routeAction } from './route-action.ts'
import { isReadBy, routeMatch } from './route-match.ts'

/** RDS: which requests go where, from the same routes that decide it. */

export interface RouteConfiguration extends Message {
  name: string
  virtual_hosts: VirtualHost[]
}

interface VirtualHost extends Message {
  name: string
  domains: string[]
  routes: Message[]
}

export function routeConfigurations(proxy: Proxy): RouteConfiguration[] {
  switch (proxy.connection.type) {
    case 'sidecar':
      return sidecarRoutes(proxy)
    case 'router':
      return gatewayRoutes(proxy)
    case 'waypoint':
    case 'ztunnel':
      // A waypoint's routes are part of its listener.
      return []
  }
}

/** One table for each port that speaks HTTP; a table for one service where the port is listened to first. */
function sidecarRoutes(proxy: Proxy): RouteConfiguration[] {
  const { told, connection } = proxy
  const tables = new Map<string, KnownPort[]>()
  for (const known of knownPorts(proxy)) {
    const name = routeName(known)
    if (name === null) continue
    const others = tables.get(name)
    if (others) others.push(known)
    else tables.set(name, [known])
  }
  const sidecar = told.sidecars.of(connection.workload)
  const isBlocked = (sidecar?.outboundTrafficPolicy ?? told.config.outboundTrafficPolicy) === 'REGISTRY_ONLY'
  return [...tables].map(([name, ports]) => ({
    ...shared(name),
    virtual_hosts: [...ports.map(known => virtualHost(proxy, known)), ...(name.includes(':') ? [] : [rest(isBlocked)])],
  }))
}

/** Null: nothing of HTTP. */
export function routeName(known: KnownPort): string | null {
  if (isHttp(known)) return String(known.port.port)
  return known.protocol === 'auto' ? `${known.host}:${known.port.port}` : null
}

const shared = (name: string) => ({
  name,
  validate_clusters: false,
  max_direct_response_body_size_bytes: 1_048_576,
  ignore_port_in_host_matching: true,
})

export function virtualHost(proxy: Proxy, known: KnownPort): VirtualHost {
  const { workload } = proxy.connection
  const { host, port } = known
  return {
    name: `${host}:${port.port}`,
    domains: known.protocol === 'auto' ? ['*'] : domainsOf(known, workload.namespace),
    routes: serviceRoutes(proxy, known),
    include_request_attempt_count: true,
  }
}

/** What is ruled for a service, else all of it to the service. */
export function serviceRoutes(proxy: Proxy, { host, port }: KnownPort): Message[] {
  const { told, connection } = proxy
  const { workload } = connection
  const route = told.router.inMesh(host, port.port, {
    namespace: workload.namespace,
    sidecar: workload.proxy === 'sidecar' ? told.sidecars.of(workload) : null,
    isWaypoint: workload.proxy === 'waypoint',
  })
  const itself: Backend = { host, port: port.port, subset: null, weight: 1, headers: plainRule.headers, missing: 503 }
  if (route === undefined || route.http.length === 0)
    return ruled(proxy, [{ ...plainRule, backends: [itself] }], port.port)
  return ruled(proxy, route.http, port.port, () => route)
}

function ruled(
  proxy: Proxy,
  rules: readonly HttpRule[],
  port: number,
  routeOf: (rule: HttpRule) => Route | undefined = () => undefined,
): Message[] {
  const reader = proxy.connection.workload
  const naming = namingOf(proxy, port)
  return rules.flatMap(rule => {
    const matches =
      rule.matches.length === 0 ? [anyRequest] : rule.matches.filter(match => isReadBy(match, reader, port))
    const route = routeOf(rule)
    return matches.map(match => ({
      name: [rule.name, match.name].filter(part => part !== '').join('.') || 'default',
      match: routeMatch(match),
      ...(route ? { metadata: { filter_metadata: { istio: { config: objectOf(route) } } } } : {}),
      ...routeAction(rule, match, naming),
    }))
  })
}

function objectOf({ kind, namespace, name }: Route): string {
  if (kind === 'VirtualService') return madeOf('networking.istio.io', namespace, 'virtual-service', name)
  return madeOf('gateway.networking.k8s.io', namespace, kind.replace(/Route$/, '-route').toLowerCase(), name)
}

/** Which cluster a backend means: the port is the service's only one, or the one that was asked for. */
function namingOf(proxy: Proxy, asked: number): Naming {
  const { told, connection } = proxy
  const portOf = ({ host, port }: Backend) => {
    const ports = (told.services.get(host) ?? entryOf(host))?.ports
    return port ?? (ports?.length === 1 ? ports[0]?.port : undefined) ?? asked
  }
  const entryOf = (host: string) => {
    for (const pattern of patternsFor(host)) {
      const [entry] = told.serviceEntries.get(pattern) ?? []
      if (entry) return entry
    }
    return undefined
  }
  return {
    cluster: backend => clusterName(proxy, backend.host, portOf(backend), backend.subset),
    hash(backend) {
      const namespace = (told.services.get(backend.host) ?? entryOf(backend.host))?.namespace
      if (namespace === undefined) return null
      const rule = told.destinationRules.find(backend.host, namespace, connection.workload)
      const subset = rule?.subsets.find(({ name }) => name === backend.subset)
      return policyOf(rule, subset, portOf(backend)).loadBalancer?.hash ?? null
    },
  }
}

/** Hosts that nobody registered: Istio docs, `outboundTrafficPolicy`. */
const rest = (isBlocked: boolean): VirtualHost => ({
  name: isBlocked ? 'block_all' : 'allow_any',
  domains: ['*'],
  routes: [
    {
      name: isBlocked ? 'block_all' : 'allow_any',
      match: { prefix: '/' },
      ...(isBlocked
        ? { direct_response: { status: 502 } }
        : { route: { cluster: 'PassthroughCluster', timeout: '0s', max_grpc_timeout: '0s' } }),
    },
  ],
  include_request_attempt_count: true,
})

/** A table for all plaintext of a port, and one for each server that ends TLS. */
function gatewayRoutes(proxy: Proxy): RouteConfiguration[] {
  const { told, connection } = proxy
  const made = new Map<HttpRule, Route>()
  for (const route of told.router.routesOf(connection.workload)) for (const rule of route.http) made.set(rule, route)
  const hostsOf = (port: number, hosts: readonly string[], find: (host: string) => readonly HttpRule[] | undefined) =>
    hosts.map(host => ({
      name: `${host}:${port}`,
      domains: [host],
      routes: ruled(proxy, find(host) ?? [], port, rule => made.get(rule)),
      include_request_attempt_count: true,
    }))
  return told.router.portsOf(connection.workload).flatMap(({ port, http, servers }) => {
    const plain = servers.filter(server => server.speaks === 'http' && server.tls === null)
    const redirected = plain.filter(server => server.redirects).flatMap(server => server.hosts)
    const open = hostsOf(port, http.hosts(), http.find).map(host =>
      redirected.includes(host.domains[0] ?? '') ? { ...host, require_tls: 'ALL' } : host,
    )
    return [
      ...(plain.length > 0 ? [{ ...shared(`http.${port}`), virtual_hosts: orNothing(open, port) }] : []),
      ...servers
        .filter(({ speaks, tls }) => speaks === 'http' && tls !== null && !tls.mode.endsWith('PASSTHROUGH'))
        .map(server => ({
          ...shared(`https.${port}.${server.name}`),
          virtual_hosts: orNothing(hostsOf(port, server.http.hosts(), server.http.find), port),
        })),
    ]
  })
}

/** Istio sends a table that answers 404 where a server has no routes. */
const orNothing = (hosts: VirtualHost[], port: number): VirtualHost[] =>
  hosts.length > 0 ? hosts : [{ name: `blackhole:${port}`, domains: ['*'], routes: [] }]
