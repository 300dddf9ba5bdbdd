import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { items, number, record, text, textMap, texts } from './read.ts'
import type { Index, World } from './world.ts'

/** Istio docs, Virtual Service, `hosts`: a short name means the namespace of the object that writes it. */
export const fullHost = (host: string, namespace: string, domain = 'cluster.local'): string =>
  host.startsWith('*') || host.includes('.') ? host : `${host}.${namespace}.svc.${domain}`

/** `web.shop.svc.cluster.local` → `shop` and `web`; null for other hosts. */
export function serviceNameOf(host: string): { namespace: string; name: string } | null {
  const [, name = '', namespace = ''] = /^(.+)\.(.+)\.svc\.cluster\.local$/.exec(host) ?? []
  return name === '' ? null : { namespace, name }
}

/** Namespaces an object is exported to, written out: `*`, or names. Absent = everywhere. */
export function exportScopes(exportTo: readonly string[], namespace: string): string[] {
  if (exportTo.length === 0 || exportTo.includes('*')) return ['*']
  return [...new Set(exportTo.map(name => (name === '.' ? namespace : name)))]
}

/** Whether something exported so is seen from a namespace. */
export const isSeenFrom = (scopes: readonly string[], namespace: string): boolean =>
  scopes.includes('*') || scopes.includes(namespace)

/** Istio docs, "Resource Annotations", `networking.istio.io/exportTo` of a Service. */
export const serviceScopes = (service: MeshObject): string[] => {
  const written = service.metadata.annotations?.['networking.istio.io/exportTo'] ?? ''
  const names = written
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  return exportScopes(names, service.metadata.namespace ?? '')
}

export const entryScopes = (entry: MeshObject): string[] =>
  exportScopes(texts(entry.spec?.['exportTo']), entry.metadata.namespace ?? '')

/** Something that can be called: a Service, or one host of a ServiceEntry. */
export interface Callable {
  object: MeshObject
  host: string
  scopes: readonly string[]
  ports: readonly Port[]
  /** Which pods answer; null where no pods do (DNS, external). */
  selector: Readonly<Record<string, string>> | null
}

export interface Port {
  number: number
  name: string
  protocol: string
}

const serviceKind = '/Service'
const entryKind = 'networking.istio.io/ServiceEntry'

/** Services and ServiceEntries by the hosts they stand for. */
export const callablesByHost: Index = {
  name: 'callablesByHost',
  of: [serviceKind, entryKind],
  keys: object =>
    object.kind === 'Service'
      ? [fullHost(object.metadata.name, object.metadata.namespace ?? '')]
      : texts(object.spec?.['hosts']).map(host => fullHost(host, object.metadata.namespace ?? '')),
}

/** ServiceEntries that stand for a whole domain. */
export const wildcardEntries: Index = {
  name: 'wildcardEntries',
  of: [entryKind],
  keys: entry => (texts(entry.spec?.['hosts']).some(host => host.startsWith('*')) ? ['all'] : []),
}

/**
 * What a host leads to for an object in `namespace`. An object that is itself exported is read by callers in those
 * namespaces: what one of them sees counts.
 */
export function findHost(
  world: World,
  host: string,
  namespace: string,
  exportTo: readonly string[] = [],
): Callable | undefined {
  const full = fullHost(host, namespace)
  const named = world.find(callablesByHost, full).map(object => callable(object, full))
  const everywhere = named.find(known => known.scopes.includes('*'))
  if (everywhere) return everywhere
  const readers = exportTo.length === 0 ? [namespace] : exportTo.map(name => (name === '.' ? namespace : name))
  for (const reader of readers) {
    const own = named.find(known => known.scopes.includes(reader))
    if (own) return own
  }
  const bare = full.replace(/^\*/, '')
  for (const entry of world.find(wildcardEntries, 'all')) {
    if (!isSeenFrom(entryScopes(entry), namespace)) continue
    const pattern = texts(entry.spec?.['hosts']).find(
      candidate => candidate.startsWith('*') && bare.endsWith(candidate.slice(1)),
    )
    if (pattern !== undefined) return callable(entry, pattern)
  }
  return undefined
}

export function callable(object: MeshObject, host: string): Callable {
  const isService = object.kind === 'Service'
  const selector = isService ? object.spec?.['selector'] : record(object.spec?.['workloadSelector'])['labels']
  const labels = textMap(selector)
  return {
    object,
    host,
    scopes: isService ? serviceScopes(object) : entryScopes(object),
    ports: items(object.spec?.['ports']).map(isService ? servicePort : entryPort),
    selector: Object.keys(labels).length === 0 ? null : labels,
  }
}

const servicePort = (port: Json): Port => ({
  number: number(port['port']) ?? 0,
  name: text(port['name']),
  protocol: text(port['appProtocol']) || text(port['protocol']) || 'TCP',
})

const entryPort = (port: Json): Port => ({
  number: number(port['number']) ?? 0,
  name: text(port['name']),
  protocol: text(port['protocol']),
})

/** Istio's matching of hosts: equal, or one is a wildcard that covers the other. */
export function hostsOverlap(a: string, b: string): boolean {
  const [left, right] = [a.startsWith('*'), b.startsWith('*')]
  if (left && right) {
    const [x, y] = [a.slice(1), b.slice(1)]
    return x.endsWith(y) || y.endsWith(x)
  }
  if (left) return b.endsWith(a.slice(1))
  if (right) return a.endsWith(b.slice(1))
  return a === b
}
