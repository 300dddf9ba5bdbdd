import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { type Origin, readBackendRefs, readRule } from './gateway-api-rules.ts'
import { type Fields, fields, items, number, text, texts } from './read.ts'
import type { ReferenceGrants } from './reference-grants.ts'
import type { ConnectionMatch, Route } from './rules.ts'
import { clusterDomain } from './services.ts'
import { createdAt, oldestFirst } from './virtual-services.ts'

/** Gateway API's routes, with whom they want to be attached to. */
export interface GatewayApiRoutes {
  inMesh: { route: Route; port: number | null; isConsumers: boolean }[]
  /** `namespace/name` of a Gateway → routes that name it as their parent, oldest first. */
  byGateway: ReadonlyMap<string, Attached[]>
}

export interface Attached {
  route: Route
  /** Null: any of its listeners. */
  sectionName: string | null
  port: number | null
}

const kinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const

export function readGatewayApiRoutes(store: ObjectStore, grants: ReferenceGrants): GatewayApiRoutes {
  const inMesh: GatewayApiRoutes['inMesh'] = []
  const byGateway = new Map<string, Attached[]>()
  for (const kind of kinds)
    for (const object of oldestFirst(store.list(`${kind.toLowerCase()}s.gateway.networking.k8s.io`))) {
      const { namespace = 'default' } = object.metadata
      const route = readRoute(object, { kind, namespace, name: object.metadata.name, grants })
      for (const parent of items(object.spec?.['parentRefs'])) {
        const where = text(parent['namespace']) ?? namespace
        const name = text(parent['name']) ?? ''
        const port = number(parent['port']) ?? null
        const hosts = meshHosts(store, text(parent['kind']) ?? 'Gateway', where, name)
        if (hosts) {
          // A route written by a consumer changes only the calls of its own namespace (GEP-1426).
          const isConsumers = where !== namespace
          const visibleTo = isConsumers ? new Set([namespace]) : null
          inMesh.push({ route: { ...route, hosts, visibleTo }, port, isConsumers })
          continue
        }
        const attached = { route, sectionName: text(parent['sectionName']) ?? null, port }
        const others = byGateway.get(`${where}/${name}`)
        if (others) others.push(attached)
        else byGateway.set(`${where}/${name}`, [attached])
      }
    }
  return { inMesh, byGateway }
}

/** Hosts of a parent inside the mesh; null: it is a Gateway. */
function meshHosts(store: ObjectStore, kind: string, namespace: string, name: string): string[] | null {
  if (kind === 'Service') return [`${name}.${namespace}.${clusterDomain}`]
  if (kind !== 'ServiceEntry') return null
  return texts(store.get('serviceentries.networking.istio.io', namespace, name)?.spec?.['hosts'])
}

function readRoute(object: KubeObject, origin: Origin): Route {
  const rules = items(object.spec?.['rules'])
  const hosts = texts(object.spec?.['hostnames']).map(host => host.toLowerCase())
  const isHttp = origin.kind === 'HTTPRoute' || origin.kind === 'GRPCRoute'
  const any = [anyConnection]
  return {
    kind: origin.kind,
    namespace: origin.namespace,
    name: origin.name,
    created: createdAt(object),
    hosts,
    visibleTo: null,
    http: isHttp ? rules.map((rule, index) => readRule(rule, index, origin)) : [],
    tls: origin.kind === 'TLSRoute' ? rules.map(rule => ({ ...connect(rule, origin), matches: bySni(hosts) })) : [],
    tcp: origin.kind === 'TCPRoute' ? rules.map(rule => ({ ...connect(rule, origin), matches: any })) : [],
  }
}

const connect = (rule: Fields, origin: Origin) => ({ backends: readBackendRefs(rule, origin) })

const anyConnection: ConnectionMatch = { port: null, destinationSubnets: [], sourceNamespace: null, sourceLabels: {} }

const bySni = (hosts: readonly string[]) => [{ ...anyConnection, sniHosts: hosts.length > 0 ? hosts : ['*'] }]

/** Does a listener take routes of this kind from this namespace? Nothing said: of its own namespace, of what its protocol speaks. */
export function isAllowed(
  listener: Fields,
  gatewayNamespace: string,
  route: Route,
  namespaceLabels: (namespace: string) => Record<string, string>,
): boolean {
  const allowed = fields(listener['allowedRoutes'])
  const wanted = items(allowed['kinds']).map(one => text(one['kind']) ?? '')
  const spoken = wanted.length > 0 ? wanted : spokenBy(text(listener['protocol']) ?? 'HTTP')
  if (!spoken.includes(route.kind)) return false
  const namespaces = fields(allowed['namespaces'])
  switch (text(namespaces['from']) ?? 'Same') {
    case 'All':
      return true
    case 'Selector':
      return selects(fields(namespaces['selector']), namespaceLabels(route.namespace))
    default:
      return route.namespace === gatewayNamespace
  }
}

const spokenBy = (protocol: string): readonly string[] =>
  protocol === 'HTTP' || protocol === 'HTTPS'
    ? ['HTTPRoute', 'GRPCRoute']
    : protocol === 'TLS'
      ? ['TLSRoute', 'TCPRoute']
      : ['TCPRoute']

/** Kubernetes' label selector. */
function selects(selector: Fields, labels: Record<string, string>): boolean {
  const wanted = Object.entries(fields(selector['matchLabels']))
  return (
    wanted.every(([name, value]) => labels[name] === value) &&
    items(selector['matchExpressions']).every(({ key, operator, values }) => {
      const value = labels[text(key) ?? '']
      switch (operator) {
        case 'In':
          return value !== undefined && texts(values).includes(value)
        case 'NotIn':
          return value === undefined || !texts(values).includes(value)
        case 'Exists':
          return value !== undefined
        default:
          return value === undefined
      }
    })
  )
}
