import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { duration, type Fields, fields, items, number, text, texts } from './read.ts'
import { defaultRetryOn, readRetryOn } from './http-rules.ts'
import { anyRequest, type Backend, type HttpMatch, type HttpRule, noEdits, plainRule, type Route } from './rules.ts'
import { clusterDomain } from './services.ts'
import { type StringMatch, wholeRegex } from './string-match.ts'
import { createdAt } from './virtual-services.ts'

/** Gateway API, HTTPRoute and GRPCRoute, for Service parents (the mesh) and Gateway parents. */

export interface BoundGatewayApiRoutes {
  inMesh: { route: Route; port: number | null }[]
  atGateway: { gateway: string; route: Route }[]
}

const gatewayLabel = 'gateway.networking.k8s.io/gateway-name'

export function readGatewayApiRoutes(
  store: ObjectStore,
  workloads: ReadonlyMap<string, Workload>,
): BoundGatewayApiRoutes {
  const bound: BoundGatewayApiRoutes = { inMesh: [], atGateway: [] }
  const gateways = new Map<string, Workload>()
  for (const workload of workloads.values()) {
    const name = workload.labels[gatewayLabel]
    if (name !== undefined && workload.proxy === 'gateway') gateways.set(`${workload.namespace}/${name}`, workload)
  }
  const listeners = new Map(
    store
      .list('gateways.gateway.networking.k8s.io')
      .map(object => [`${object.metadata.namespace ?? 'default'}/${object.metadata.name}`, listenerHosts(object)]),
  )
  const objects = [
    ...store.list('httproutes.gateway.networking.k8s.io'),
    ...store.list('grpcroutes.gateway.networking.k8s.io'),
  ].toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? 'default'
    const rules = items(object.spec?.['rules']).map(rule => readRule(rule, namespace, object.kind, store))
    const hosts = texts(object.spec?.['hostnames']).map(host => host.toLowerCase())
    for (const parent of items(object.spec?.['parentRefs'])) {
      const key = `${text(parent['namespace']) ?? namespace}/${text(parent['name']) ?? ''}`
      if (parent['kind'] === 'Service') {
        const [where = '', name = ''] = key.split('/')
        const route = routeOf(object, [`${name}.${where}.${clusterDomain}`], rules)
        // A route written by a consumer changes only the calls of its own namespace (GEP-1426).
        bound.inMesh.push({
          route: where === namespace ? route : { ...route, visibleTo: new Set([namespace]) },
          port: number(parent['port']) ?? null,
        })
      } else {
        const gateway = gateways.get(key)
        const allowed = listeners.get(key) ?? []
        const section = text(parent['sectionName'])
        const open = allowed.filter(listener => section === undefined || listener.name === section)
        if (gateway && open.length > 0)
          bound.atGateway.push({
            gateway: gateway.key,
            route: routeOf(object, hosts.length > 0 ? hosts : open.map(listener => listener.host), rules),
          })
      }
    }
  }
  return bound
}

const listenerHosts = (gateway: KubeObject) =>
  items(gateway.spec?.['listeners']).map(listener => ({
    name: text(listener['name']) ?? '',
    host: text(listener['hostname'])?.toLowerCase() ?? '*',
  }))

const routeOf = (object: KubeObject, hosts: string[], rules: HttpRule[]): Route => ({
  kind: object.kind === 'GRPCRoute' ? 'GRPCRoute' : 'HTTPRoute',
  namespace: object.metadata.namespace ?? 'default',
  name: object.metadata.name,
  created: createdAt(object),
  hosts,
  visibleTo: null,
  http: rules,
  tls: [],
  tcp: [],
})

function readRule(rule: Fields, namespace: string, kind: string, store: ObjectStore): HttpRule {
  const filters = items(rule['filters'])
  const redirect = filters.find(filter => filter['type'] === 'RequestRedirect')
  const timeouts = fields(rule['timeouts'])
  const retry = rule['retry'] === undefined ? null : fields(rule['retry'])
  const perTryTimeout = duration(timeouts['backendRequest']) || null
  const codes = Array.isArray(retry?.['codes']) ? retry['codes'].map(String) : []
  return {
    ...plainRule,
    matches: items(rule['matches']).map(match => (kind === 'GRPCRoute' ? readGrpcMatch(match) : readHttpMatch(match))),
    backends: items(rule['backendRefs']).map(reference => readBackend(reference, namespace, store)),
    timeout: duration(timeouts['request']) || null,
    retries:
      retry || perTryTimeout !== null
        ? {
            attempts: number(retry?.['attempts']) ?? 2,
            perTryTimeout,
            on: readRetryOn(codes.length > 0 ? codes.join(',') : defaultRetryOn),
          }
        : null,
    answer: redirect
      ? {
          kind: 'redirect',
          redirect: {
            path: null,
            authority: null,
            scheme: null,
            port: null,
            code: number(fields(redirect['requestRedirect'])['statusCode']) ?? 302,
          },
        }
      : null,
  }
}

function readHttpMatch(match: Fields): HttpMatch {
  const path = match['path'] === undefined ? null : fields(match['path'])
  const method = text(match['method'])
  return {
    ...anyRequest,
    path: path ? readPath(text(path['type']) ?? 'PathPrefix', text(path['value']) ?? '/') : null,
    method: method === undefined ? null : { kind: 'exact', value: method },
    headers: readHeaders(match),
  }
}

const readPath = (type: string, value: string): StringMatch =>
  type === 'Exact'
    ? { kind: 'exact', value }
    : type === 'RegularExpression'
      ? wholeRegex(value)
      : { kind: 'pathPrefix', value: value.length > 1 ? value.replace(/\/$/, '') : value }

/** A gRPC method is the path `/service/method`. */
function readGrpcMatch(match: Fields): HttpMatch {
  const method = fields(match['method'])
  const [service, name] = [text(method['service']), text(method['method'])]
  const regex = method['type'] === 'RegularExpression'
  const escape = (value: string) => (regex ? value : value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const path =
    service === undefined && name === undefined
      ? null
      : wholeRegex(`/${service ? escape(service) : '[^/]+'}/${name ? escape(name) : '[^/]+'}`)
  return { ...anyRequest, path, headers: readHeaders(match) }
}

const readHeaders = (match: Fields): HttpMatch['headers'] =>
  items(match['headers']).map(header => ({
    name: (text(header['name']) ?? '').toLowerCase(),
    match:
      header['type'] === 'RegularExpression'
        ? wholeRegex(text(header['value']) ?? '')
        : { kind: 'exact', value: text(header['value']) ?? '' },
    negated: false,
  }))

/** A reference into another namespace needs a ReferenceGrant there; without one it resolves to nothing. */
function readBackend(reference: Fields, namespace: string, store: ObjectStore): Backend {
  const where = text(reference['namespace']) ?? namespace
  const name = text(reference['name']) ?? ''
  const isGranted = where === namespace || hasGrant(store, namespace, where)
  const isService = (text(reference['kind']) ?? 'Service') === 'Service'
  return {
    host: isService ? (isGranted ? `${name}.${where}.${clusterDomain}` : '') : name,
    subset: null,
    port: number(reference['port']) ?? null,
    weight: Math.max(0, number(reference['weight']) ?? 1),
    headers: noEdits,
    missing: 500,
  }
}

const hasGrant = (store: ObjectStore, from: string, to: string): boolean =>
  store
    .list('referencegrants.gateway.networking.k8s.io', to)
    .some(
      grant =>
        items(grant.spec?.['from']).some(entry => entry['namespace'] === from) &&
        items(grant.spec?.['to']).some(entry => entry['kind'] === 'Service'),
    )

/** HTTPRoute, "matches": exact path, then the longest prefix, then method, then the most headers; ties keep their order. */
export function mostSpecificFirst(rules: readonly HttpRule[]): HttpRule[] {
  const apart = rules.flatMap(rule =>
    (rule.matches.length > 0 ? rule.matches : [anyRequest]).map(match => ({ rule, match })),
  )
  const rank = ({ match }: (typeof apart)[number]) => [
    match.path?.kind === 'exact' ? 2 : match.path?.kind === 'regex' ? 1 : 0,
    match.path?.kind === 'pathPrefix' ? match.path.value.length : 0,
    match.method ? 1 : 0,
    match.headers.length,
  ]
  return apart
    .toSorted((a, b) => {
      const [left, right] = [rank(a), rank(b)]
      return left.map((value, index) => (right[index] ?? 0) - value).find(difference => difference !== 0) ?? 0
    })
    .map(({ rule, match }) => ({ ...rule, matches: match === anyRequest ? [] : [match] }))
}
