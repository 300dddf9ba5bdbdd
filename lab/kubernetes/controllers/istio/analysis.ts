import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'

/** A few of istiod's analyzers, for `status.validationMessages` of VirtualServices (Istio docs, "Configuration analysis messages"). */

export interface Message {
  name: string
  code: string
  level: 'ERROR' | 'WARNING'
}

const notFound: Message = { name: 'ReferencedResourceNotFound', code: 'IST0101', level: 'ERROR' }
const conflicting: Message = { name: 'ConflictingMeshGatewayVirtualServiceHosts', code: 'IST0109', level: 'ERROR' }
const portNeeded: Message = { name: 'VirtualServiceDestinationPortSelectorRequired', code: 'IST0112', level: 'ERROR' }
const hostNotInGateway: Message = { name: 'VirtualServiceHostNotFoundInGateway', code: 'IST0132', level: 'WARNING' }

const suffix = 'svc.cluster.local'
const virtualServices = 'virtualservices.networking.istio.io'

/** `web`, `web.shop`, `web.shop.svc` → the full name, as one in this namespace means it. Names of the outside stay. */
export function fullHost(host: string, namespace: string): string {
  if (!host.includes('.')) return host.startsWith('*') ? host : `${host}.${namespace}.${suffix}`
  return host.endsWith('.svc') ? `${host}.cluster.local` : host
}

export const hostsOf = (object: KubeObject): string[] => {
  const hosts = object.spec?.['hosts']
  return Array.isArray(hosts) ? hosts.map(host => fullHost(textOf(host), object.metadata.namespace ?? '')) : []
}

export const gatewaysOf = (object: KubeObject): string[] => {
  const named = object.spec?.['gateways']
  const names = Array.isArray(named) && named.length > 0 ? named.map(name => textOf(name)) : ['mesh']
  return names.map(name => (name === 'mesh' || name.includes('/') ? name : `${object.metadata.namespace}/${name}`))
}

/** Everything that a VirtualService sends requests to, mirrors too. */
export const destinationsOf = (object: KubeObject): Fields[] =>
  ['http', 'tcp', 'tls'].flatMap(protocol =>
    listOf(object.spec?.[protocol]).flatMap(rule => [
      ...listOf(rule['route']).map(route => fieldsOf(route['destination'])),
      ...(rule['mirror'] === undefined ? [] : [fieldsOf(rule['mirror'])]),
      ...listOf(rule['mirrors']).map(mirror => fieldsOf(mirror['destination'])),
    ]),
  )

export function analyze(store: KubernetesStore, object: KubeObject, rivals: readonly KubeObject[]): Message[] {
  const messages = [
    ...gatewaysOf(object).flatMap(name => aboutGateway(store, object, name)),
    ...destinationsOf(object).flatMap(destination => aboutDestination(store, object, destination)),
    ...(rivals.length > 0 ? [conflicting] : []),
  ]
  return messages.filter((message, place) => messages.indexOf(message) === place)
}

function aboutGateway(store: KubernetesStore, object: KubeObject, key: string): Message[] {
  if (key === 'mesh') return []
  const [namespace, name = ''] = key.split('/')
  const gateway = store.get('gateways.networking.istio.io', namespace, name)
  if (!gateway) return [notFound]
  const served = listOf(gateway.spec?.['servers']).flatMap(server =>
    Array.isArray(server['hosts']) ? server['hosts'] : [],
  )
  const patterns = served.map(host => textOf(host).replace(/^.*\//, ''))
  const isServed = hostsOf(object).some(host =>
    patterns.some(pattern => covers(pattern, host) || covers(host, pattern)),
  )
  return isServed ? [] : [hostNotInGateway]
}

function aboutDestination(store: KubernetesStore, object: KubeObject, destination: Fields): Message[] {
  const host = fullHost(textOf(destination['host']), object.metadata.namespace ?? '')
  if (host === '') return []
  const service = serviceOf(store, host)
  if (!service && !isEntry(store, host)) return [notFound]
  const ports = listOf(service?.spec?.['ports'])
  const needsPort = ports.length > 1 && at(destination, 'port.number') === undefined
  const subset = textOf(destination['subset'])
  const isSubsetMissing = subset !== '' && !hasSubset(store, object, host, subset)
  return [...(isSubsetMissing ? [notFound] : []), ...(needsPort ? [portNeeded] : [])]
}

function serviceOf(store: KubernetesStore, host: string): KubeObject | undefined {
  const [name = '', namespace] = host.split('.')
  return host.endsWith(`.${suffix}`) ? store.get('services', namespace, name) : undefined
}

const isEntry = (store: KubernetesStore, host: string): boolean =>
  store.list('serviceentries.networking.istio.io').some(entry => hostsOf(entry).some(pattern => covers(pattern, host)))

/** Rules count where the caller, the Service and the mesh may have written them. */
const hasSubset = (store: KubernetesStore, object: KubeObject, host: string, subset: string): boolean =>
  [...new Set([object.metadata.namespace, host.split('.')[1], 'istio-system'])]
    .flatMap(namespace => store.list('destinationrules.networking.istio.io', namespace))
    .some(
      rule =>
        covers(fullHost(textOf(rule.spec?.['host']), rule.metadata.namespace ?? ''), host) &&
        listOf(rule.spec?.['subsets']).some(item => item['name'] === subset),
    )

/** Others that the whole mesh would hear for one of the same hosts: only one of them is heard. */
export function rivalsOf(store: KubernetesStore, object: KubeObject, others: readonly string[]): KubeObject[] {
  if (!gatewaysOf(object).includes('mesh') || isPrivate(object)) return []
  return others.flatMap(key => {
    const [namespace, name = ''] = key.split('/')
    const other = store.get(virtualServices, namespace, name)
    const isSame = other === undefined || other.metadata.uid === object.metadata.uid
    return isSame || !gatewaysOf(other).includes('mesh') || isPrivate(other) ? [] : [other]
  })
}

const isPrivate = (object: KubeObject): boolean => {
  const to = object.spec?.['exportTo']
  return Array.isArray(to) && !to.includes('*')
}

const covers = (pattern: string, host: string): boolean =>
  pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))

export const shownMessage = ({ name, code, level }: Message): Fields => ({
  type: { name, code },
  level,
  documentationUrl: `https://istio.io/latest/docs/reference/config/analysis/${code.toLowerCase()}/`,
})
