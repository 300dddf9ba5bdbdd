import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { duration, type Fields, fields, hasLabels, items, number, text, textMap, texts } from './read.ts'
import type { Backend, Fault, HttpMatch, HttpRule, Retries, Route } from './routes.ts'
import { hostNames } from './services.ts'
import { readStringMatch } from './string-match.ts'

/** Istio docs, Virtual Service. */

export interface BoundRoutes {
  inMesh: Route[]
  /** `namespace/name` of the gateway workload. */
  atGateway: { gateway: string; route: Route }[]
}

export function readVirtualServices(store: ObjectStore, workloads: ReadonlyMap<string, Workload>): BoundRoutes {
  const gateways = gatewayWorkloads(store, workloads)
  const bound: BoundRoutes = { inMesh: [], atGateway: [] }
  const objects = store.list('virtualservices.networking.istio.io').toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const names = texts(object.spec?.['gateways'])
    if (names.length === 0 || names.includes('mesh')) bound.inMesh.push(readVirtualService(object, 'mesh'))
    for (const name of names) {
      const full = gatewayName(name, object.metadata.namespace ?? 'default')
      for (const gateway of gateways.get(full) ?? [])
        bound.atGateway.push({ gateway, route: readVirtualService(object, full) })
    }
  }
  return bound
}

export const createdAt = (object: KubeObject): number => Date.parse(object.metadata.creationTimestamp ?? '') || 0

/** Istio's Gateway → the workloads its selector picks, in any namespace. */
function gatewayWorkloads(store: ObjectStore, workloads: ReadonlyMap<string, Workload>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const object of store.list('gateways.networking.istio.io')) {
    const selector = textMap(object.spec?.['selector'])
    const picked = [...workloads.values()].filter(
      workload => workload.proxy === 'gateway' && hasLabels(workload.labels, selector),
    )
    found.set(
      `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`,
      picked.map(workload => workload.key),
    )
  }
  return found
}

/** `mesh`, or `namespace/name` of a Gateway. */
const gatewayName = (name: string, namespace: string): string =>
  name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`

/** The object as it stands for one of its gateways: matches that name other gateways are left out. */
function readVirtualService(object: KubeObject, gateway: string): Route {
  const spec = fields(object.spec)
  const namespace = object.metadata.namespace ?? 'default'
  const full = (host: string) => fullHost(host, namespace)
  return {
    kind: 'VirtualService',
    namespace,
    name: object.metadata.name,
    created: createdAt(object),
    hosts: texts(spec['hosts']).map(full),
    visibleTo: texts(spec['exportTo']).includes('.') ? namespace : null,
    http: items(spec['http'])
      .map(rule => matchesAt(rule, gateway, namespace))
      .filter(rule => rule !== null)
      .map(rule => readHttpRule(rule, full)),
    tcp: [...items(spec['tcp']), ...items(spec['tls'])]
      .map(rule => matchesAt(rule, gateway, namespace))
      .filter(rule => rule !== null)
      .map(rule => ({
        ports: items(rule['match']).flatMap(match => number(match['port']) ?? []),
        backends: readBackends(items(rule['route']), full),
      })),
  }
}

/** Short names belong to the namespace of the object that holds them; names with dots and wildcards stand as written. */
export function fullHost(host: string, namespace: string): string {
  if (host.startsWith('*')) return host
  return host.includes('.') ? host.toLowerCase() : (hostNames(host, namespace)[0] ?? host)
}

function matchesAt(rule: Fields, gateway: string, namespace: string): Fields | null {
  const all = items(rule['match'])
  if (all.length === 0) return rule
  const match = all.filter(candidate => {
    const gateways = texts(candidate['gateways'])
    return gateways.length === 0 || gateways.some(name => gatewayName(name, namespace) === gateway)
  })
  return match.length > 0 ? { ...rule, match } : null
}

function readHttpRule(rule: Fields, full: (host: string) => string): HttpRule {
  const redirect = rule['redirect'] === undefined ? null : fields(rule['redirect'])
  const direct = rule['directResponse'] === undefined ? null : fields(rule['directResponse'])
  return {
    matches: items(rule['match']).map(readMatch),
    backends: readBackends(items(rule['route']), full),
    fault: rule['fault'] === undefined ? null : readFault(fields(rule['fault'])),
    timeout: duration(rule['timeout']) || null,
    retries: rule['retries'] === undefined ? null : readRetries(fields(rule['retries'])),
    directCode: redirect
      ? (number(redirect['redirectCode']) ?? 301)
      : direct
        ? (number(direct['status']) ?? 200)
        : null,
  }
}

function readMatch(match: Fields): HttpMatch {
  const ignorePathCase = match['ignoreUriCase'] === true
  const optional = (value: unknown, ignoreCase = false) =>
    value === undefined ? null : readStringMatch(fields(value), ignoreCase)
  const headers = (written: unknown, negated: boolean) =>
    Object.entries(fields(written)).map(([name, value]) => ({
      name: name.toLowerCase(),
      match: readStringMatch(fields(value)),
      negated,
    }))
  return {
    path: optional(match['uri'], ignorePathCase),
    ignorePathCase,
    method: optional(match['method']),
    authority: optional(match['authority']),
    headers: [...headers(match['headers'], false), ...headers(match['withoutHeaders'], true)],
    port: number(match['port']) ?? null,
    sourceNamespace: text(match['sourceNamespace']) ?? null,
    sourceLabels: textMap(match['sourceLabels']),
  }
}

/** A single destination needs no weight; among several an absent weight is 0. */
function readBackends(routes: Fields[], full: (host: string) => string): Backend[] {
  return routes.map(route => {
    const destination = fields(route['destination'])
    return {
      host: full(text(destination['host']) ?? ''),
      subset: text(destination['subset']) ?? null,
      port: number(fields(destination['port'])['number']) ?? null,
      weight: routes.length === 1 ? 1 : Math.max(0, number(route['weight']) ?? 0),
    }
  })
}

function readFault(fault: Fields): Fault {
  const share = (part: Fields) =>
    Math.max(0, Math.min(100, number(fields(part['percentage'])['value']) ?? number(part['percent']) ?? 100)) / 100
  const delay = fields(fault['delay'])
  const abort = fields(fault['abort'])
  const wait = duration(delay['fixedDelay'])
  const status = number(abort['httpStatus'])
  const grpc = grpcCodes.indexOf(text(abort['grpcStatus']) ?? '')
  return {
    delay: wait === undefined ? null : { share: share(delay), milliseconds: wait },
    abort:
      status === undefined && grpc < 0
        ? null
        : { share: share(abort), code: status ?? 200, grpcStatus: grpc < 0 ? null : grpc },
  }
}

/** In the order of their numbers. */
const grpcCodes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/** What Istio's proxies retry on when nobody says otherwise. */
export const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled'

function readRetries(retries: Fields): Retries {
  const on = text(retries['retryOn']) || defaultRetryOn
  return {
    attempts: number(retries['attempts']) ?? 2,
    perTryTimeout: duration(retries['perTryTimeout']) ?? null,
    on: new Set(on.split(',').map(item => item.trim())),
  }
}
