import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { delegated } from './delegates.ts'
import { readBackends, readHttpRule } from './http-rules.ts'
import { type Fields, fields, items, number, text, textMap, texts } from './read.ts'
import type { ConnectionMatch, Route } from './rules.ts'
import { hostNames } from './services.ts'
import { readVisibility } from './visibility.ts'

/** Istio docs, Virtual Service. */

export interface VirtualServices {
  /** Oldest first. */
  inMesh: Route[]
  /** `namespace/name` of an Istio Gateway → the routes bound to it, oldest first. */
  byGateway: ReadonlyMap<string, Route[]>
}

/** @param exportTo whom an object is told to that does not say so itself (`defaultVirtualServiceExportTo`). */
export function readVirtualServices(store: ObjectStore, exportTo: readonly string[] = []): VirtualServices {
  const inMesh: Route[] = []
  const byGateway = new Map<string, Route[]>()
  const find = (namespace: string, name: string) => store.get('virtualservices.networking.istio.io', namespace, name)
  for (const object of oldestFirst(store.list('virtualservices.networking.istio.io'))) {
    const { namespace = 'default' } = object.metadata
    const written = texts(object.spec?.['exportTo'])
    const readFor = (gateway: string) =>
      readVirtualService(object, gateway, written.length > 0 ? written : exportTo, (rules, where) =>
        delegated(rules, where, exportTo, find),
      )
    // One without hosts is a delegate: others call for it.
    if (texts(object.spec?.['hosts']).length === 0) continue
    const names = texts(object.spec?.['gateways'])
    for (const name of new Set(names.length > 0 ? names.map(one => gatewayName(one, namespace)) : ['mesh'])) {
      const route = readFor(name)
      const others = byGateway.get(name)
      if (name === 'mesh') inMesh.push(route)
      else if (others) others.push(route)
      else byGateway.set(name, [route])
    }
  }
  return { inMesh, byGateway }
}

export const createdAt = (object: KubeObject): number => Date.parse(object.metadata.creationTimestamp ?? '') || 0

/** Istio's order among rivals: age, then name, then namespace. */
export const oldestFirst = (objects: readonly KubeObject[]): KubeObject[] =>
  objects
    .map(object => ({ object, created: createdAt(object) }))
    .toSorted(
      (a, b) =>
        a.created - b.created ||
        compare(a.object.metadata.name, b.object.metadata.name) ||
        compare(a.object.metadata.namespace ?? '', b.object.metadata.namespace ?? ''),
    )
    .map(({ object }) => object)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** `mesh`, or `namespace/name` of a Gateway. */
function gatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name
  if (name.startsWith('./')) return `${namespace}/${name.slice(2)}`
  if (name.includes('/')) return name
  // `name.namespace.svc.cluster.local`, as it was written long ago.
  const [own = '', where] = name.split('.')
  return `${where ?? namespace}/${own}`
}

/** The object as it stands for one of its gateways: matches that name other gateways are left out. */
function readVirtualService(
  object: KubeObject,
  gateway: string,
  exportTo: readonly string[],
  delegate: (rules: Fields[], namespace: string) => Fields[],
): Route {
  const spec = fields(object.spec)
  const namespace = object.metadata.namespace ?? 'default'
  const full = (host: string) => fullHost(host, namespace)
  const here = (rule: Fields): Fields[] => {
    const own = matchesAt(rule, gateway, namespace)
    return own ? [own] : []
  }
  return {
    kind: 'VirtualService',
    namespace,
    name: object.metadata.name,
    created: createdAt(object),
    hosts: texts(spec['hosts']).map(full),
    visibleTo: readVisibility(exportTo, namespace),
    http: delegate(items(spec['http']), namespace)
      .flatMap(here)
      .map(rule => readHttpRule(rule, full)),
    tls: items(spec['tls'])
      .flatMap(here)
      .map(rule => ({
        matches: items(rule['match']).map(match => ({
          ...readConnection(match),
          sniHosts: texts(match['sniHosts']).map(host => host.toLowerCase()),
        })),
        backends: readBackends(items(rule['route']), full),
      })),
    tcp: items(spec['tcp'])
      .flatMap(here)
      .map(rule => ({
        matches: items(rule['match']).map(readConnection),
        backends: readBackends(items(rule['route']), full),
      })),
  }
}

const readConnection = (match: Fields): ConnectionMatch => ({
  port: number(match['port']) ?? null,
  destinationSubnets: texts(match['destinationSubnets']),
  sourceNamespace: text(match['sourceNamespace']) || null,
  sourceLabels: textMap(match['sourceLabels']),
})

/** Short names belong to the namespace of the object that holds them; names with dots and wildcards stand as written. */
export function fullHost(host: string, namespace: string): string {
  if (host.startsWith('*') || host === '') return host
  return host.includes('.') ? host.toLowerCase() : (hostNames(host, namespace)[0] ?? host)
}

/** Null: all its matches are for other gateways. */
function matchesAt(rule: Fields, gateway: string, namespace: string): Fields | null {
  const all = items(rule['match'])
  if (all.length === 0) return rule
  const match = all.filter(candidate => {
    const gateways = texts(candidate['gateways'])
    return gateways.length === 0 || gateways.some(name => gatewayName(name, namespace) === gateway)
  })
  return match.length > 0 ? { ...rule, match } : null
}
