import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Certificates } from './certificates.ts'
import type { Workload } from './facts.ts'
import { type Attached, isAllowed } from './gateway-api-routes.ts'
import { common } from './hosts.ts'
import { type Fields, fields, hasLabels, items, number, text, textMap, texts } from './read.ts'
import type { ReferenceGrants } from './reference-grants.ts'
import type { Route } from './rules.ts'
import { createVirtualHosts, type VirtualHosts } from './virtual-hosts.ts'
import { isVisible } from './visibility.ts'

/** What listens at the gateways: Istio docs, Gateway; Gateway API, Gateway. */

/** What is behind one port of a gateway workload. */
export interface GatewayPort {
  port: number
  servers: Server[]
  /** All plaintext HTTP of the port: one table, whichever object a server comes from. */
  http: VirtualHosts
}

export interface Server {
  /** Of its port and its Gateway, as Istio names its routes: `https.web.shop`. */
  name: string
  /** Names it answers to, in the handshake or as Host. */
  hosts: readonly string[]
  speaks: 'http' | 'tcp'
  tls: ServerTls | null
  /** Answers plaintext HTTP with 301 to https. */
  redirects: boolean
  /** Of HTTP behind TLS. */
  http: VirtualHosts
  /** Of connections. */
  routes: Route[]
}

export interface ServerTls {
  mode: 'SIMPLE' | 'MUTUAL' | 'OPTIONAL_MUTUAL' | 'ISTIO_MUTUAL' | 'PASSTHROUGH' | 'AUTO_PASSTHROUGH'
  /** Milliseconds since the epoch until which clients take its certificate; null: it has none to show. */
  validUntil: number | null
  /** Names of its Secrets. */
  credentials: readonly string[]
}

export interface Gateways {
  /** Undefined: nobody listens there. */
  at(workload: Workload, port: number): GatewayPort | undefined
  routesOf(workload: Workload): readonly Route[]
  portsOf(workload: Workload): readonly GatewayPort[]
}

export interface Sources {
  store: ObjectStore
  workloads: ReadonlyMap<string, Workload>
  namespaceLabels: ReadonlyMap<string, Record<string, string>>
  certificates: Certificates
  grants: ReferenceGrants
  virtualServices: ReadonlyMap<string, readonly Route[]>
  gatewayApiRoutes: ReadonlyMap<string, readonly Attached[]>
}

export function readGateways(sources: Sources): Gateways {
  const ports = new Map<string, Map<number, GatewayPort>>()
  const bound = new Map<string, Set<Route>>()
  const add = (workload: Workload, port: number, server: Server, pairs: readonly [string, Route][]) => {
    const own = ports.get(workload.key) ?? new Map<number, GatewayPort>()
    ports.set(workload.key, own)
    const made = own.get(port) ?? { port, servers: [], http: createVirtualHosts() }
    own.set(port, made)
    made.servers.push(server)
    const all = bound.get(workload.key) ?? new Set()
    bound.set(workload.key, all)
    for (const [host, route] of pairs) {
      all.add(route)
      if (server.speaks === 'tcp' || isOpaque(server)) server.routes.push(route)
      else (server.tls ? server.http : made.http).add(host, route)
    }
  }
  const gateways = [...sources.workloads.values()].filter(workload => workload.proxy === 'gateway')
  for (const object of sources.store.list('gateways.networking.istio.io'))
    for (const workload of gateways)
      if (hasLabels(workload.labels, textMap(object.spec?.['selector']))) bindIstio(object, workload, sources, add)
  const byName = new Map(gateways.map(workload => [`${workload.namespace}/${workload.labels[gatewayLabel]}`, workload]))
  for (const object of sources.store.list('gateways.gateway.networking.k8s.io')) {
    const workload = byName.get(keyOf(object))
    if (workload) bindGatewayApi(object, workload, sources, add)
  }
  return {
    at: (workload, port) => ports.get(workload.key)?.get(port),
    portsOf: workload => [...(ports.get(workload.key)?.values() ?? [])],
    routesOf: workload => [...(bound.get(workload.key) ?? [])],
  }
}

const gatewayLabel = 'gateway.networking.k8s.io/gateway-name'

type Add = (workload: Workload, port: number, server: Server, pairs: readonly [string, Route][]) => void

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? 'default'}/${metadata.name}`

const isOpaque = ({ tls }: Server): boolean => tls?.mode === 'PASSTHROUGH' || tls?.mode === 'AUTO_PASSTHROUGH'

const modes = new Set<string>([
  'SIMPLE',
  'MUTUAL',
  'OPTIONAL_MUTUAL',
  'ISTIO_MUTUAL',
  'PASSTHROUGH',
  'AUTO_PASSTHROUGH',
] satisfies ServerTls['mode'][])

const httpProtocols = new Set(['HTTP', 'HTTPS', 'GRPC', 'GRPC-WEB', 'HTTP2'])

function bindIstio(object: KubeObject, workload: Workload, sources: Sources, add: Add): void {
  const { namespace = 'default' } = object.metadata
  const routes = (sources.virtualServices.get(keyOf(object)) ?? []).filter(route =>
    isVisible(route.visibleTo, workload.namespace),
  )
  for (const written of items(object.spec?.['servers'])) {
    const port = fields(written['port'])
    const protocol = (text(port['protocol']) ?? 'TCP').toUpperCase()
    const tls = fields(written['tls'])
    const hosts = texts(written['hosts']).map(host => readHost(host, namespace))
    const server: Server = {
      name: `${text(port['name']) ?? ''}.${object.metadata.name}.${namespace}`,
      hosts: hosts.map(({ host }) => host),
      speaks: httpProtocols.has(protocol) ? 'http' : 'tcp',
      tls: protocol === 'HTTPS' || protocol === 'TLS' ? readTls(tls, workload, sources) : null,
      redirects: tls['httpsRedirect'] === true,
      http: createVirtualHosts(),
      routes: [],
    }
    add(workload, number(port['number']) ?? 0, server, paired(hosts, routes))
  }
}

/** `ns/host` takes routes of that namespace only; `.` is the Gateway's own. */
function readHost(written: string, own: string): { namespace: string | null; host: string } {
  const slash = written.indexOf('/')
  const namespace = slash < 0 ? '*' : written.slice(0, slash)
  const host = written.slice(slash + 1).toLowerCase()
  return { namespace: namespace === '*' ? null : namespace === '.' ? own : namespace, host }
}

function readTls(tls: Fields, workload: Workload, { certificates }: Sources): ServerTls {
  const written = text(tls['mode']) ?? ''
  const mode = modes.has(written) ? (written as ServerTls['mode']) : written === '' ? 'PASSTHROUGH' : 'SIMPLE'
  const names = [text(tls['credentialName']) ?? '', ...texts(tls['credentialNames'])].filter(name => name !== '')
  // A gateway reads Secrets of its own namespace; files are mounted or not, which nobody here can see.
  // istiod renews the mesh's own.
  if (mode === 'ISTIO_MUTUAL') return { mode, validUntil: forever, credentials: names }
  const validUntil =
    names.length > 0
      ? earliest(names.map(name => certificates.validUntil(workload.namespace, name)))
      : text(tls['serverCertificate']) === undefined
        ? null
        : forever
  return { mode, validUntil, credentials: names }
}

const forever = Number.POSITIVE_INFINITY

/** Of certificates that are served together: null where one is missing. */
const earliest = (times: readonly (number | null)[]): number | null =>
  times.reduce((least, time) => (least === null || time === null ? null : Math.min(least, time)), forever)

const paired = (hosts: readonly { namespace: string | null; host: string }[], routes: readonly Route[]) =>
  hosts.flatMap(({ namespace, host }) =>
    routes
      .filter(route => namespace === null || route.namespace === namespace)
      .flatMap(route =>
        route.hosts.flatMap(own => {
          const both = common(host, own)
          return both === undefined ? [] : [[both, route] as [string, Route]]
        }),
      ),
  )

function bindGatewayApi(object: KubeObject, workload: Workload, sources: Sources, add: Add): void {
  const { namespace = 'default' } = object.metadata
  const attached = sources.gatewayApiRoutes.get(keyOf(object)) ?? []
  const labelsOf = (name: string) => sources.namespaceLabels.get(name) ?? {}
  for (const listener of items(object.spec?.['listeners'])) {
    const protocol = text(listener['protocol']) ?? 'HTTP'
    const port = number(listener['port']) ?? 0
    const host = text(listener['hostname'])?.toLowerCase() || '*'
    const routes = attached
      .filter(({ sectionName }) => sectionName === null || sectionName === listener['name'])
      .filter(one => one.port === null || one.port === port)
      .map(({ route }) => route)
      .filter(route => isAllowed(listener, namespace, route, labelsOf))
    const server: Server = {
      // Istio makes a Gateway of its own for each listener.
      name: `default.${object.metadata.name}-istio-autogenerated-k8s-gateway-${text(listener['name']) ?? ''}.${namespace}`,
      hosts: [host],
      speaks: protocol === 'HTTP' || protocol === 'HTTPS' ? 'http' : 'tcp',
      tls: protocol === 'HTTPS' || protocol === 'TLS' ? listenerTls(fields(listener['tls']), namespace, sources) : null,
      redirects: false,
      http: createVirtualHosts(),
      routes: [],
    }
    const every = routes.flatMap(route => (route.hosts.length > 0 ? [] : [[host, route] as [string, Route]]))
    add(workload, port, server, [...every, ...paired([{ namespace: null, host }], routes)])
  }
}

function listenerTls(tls: Fields, namespace: string, { certificates, grants }: Sources): ServerTls {
  if (tls['mode'] === 'Passthrough') return { mode: 'PASSTHROUGH', validUntil: null, credentials: [] }
  const references = items(tls['certificateRefs'])
  const times = references.map(reference => {
    const to = {
      kind: text(reference['kind']) ?? 'Secret',
      namespace: text(reference['namespace']) ?? namespace,
      name: text(reference['name']) ?? '',
    }
    const isGranted = to.kind === 'Secret' && grants.allow({ kind: 'Gateway', namespace }, to)
    return isGranted ? certificates.validUntil(to.namespace, to.name) : null
  })
  const validUntil = times.length > 0 ? earliest(times) : null
  const option = text(fields(tls['options'])['gateway.istio.io/tls-terminate-mode'])
  const isMutual = option === 'MUTUAL' || fields(tls['frontendValidation'])['caCertificateRefs'] !== undefined
  const credentials = references.map(reference => text(reference['name']) ?? '')
  return { mode: option === 'ISTIO_MUTUAL' ? option : isMutual ? 'MUTUAL' : 'SIMPLE', validUntil, credentials }
}
