import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { type Fields, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { classOf, group } from './classes.ts'
import { type Listener, listenersOf, type RouteKind } from './listeners.ts'

/** Whether a route is bound to a parent, and why not. `null`: the parent is none of Istio's, and nothing is said. */
export type Binding =
  | { isBound: true; listeners: string[] }
  | {
      isBound: false
      reason: 'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname'
      message: string
    }
  | null

type Refusal = Extract<Binding, { isBound: false }>

export const isGatewayRef = (reference: Fields): boolean =>
  textOf(reference['group'], group) === group && textOf(reference['kind'], 'Gateway') === 'Gateway'

export const isServiceRef = (reference: Fields): boolean => reference['group'] === '' && reference['kind'] === 'Service'

const isEntryRef = (reference: Fields): boolean =>
  reference['group'] === 'networking.istio.io' && reference['kind'] === 'ServiceEntry'

export const placeOf = (route: KubeObject, reference: Fields): string =>
  `${textOf(reference['namespace'], route.metadata.namespace)}/${textOf(reference['name'])}`

export function bind(store: KubernetesStore, route: KubeObject, reference: Fields): Binding {
  const [namespace = '', name = ''] = placeOf(route, reference).split('/')
  if (isServiceRef(reference)) {
    const service = store.get('services', namespace, name)
    const host = `${name}.${namespace}.svc.cluster.local`
    if (!service) return refuse('NoMatchingParent', `parent service: ${JSON.stringify(host)} not found`)
    return toPort(listOf(service.spec?.['ports']), 'port', reference)
  }
  if (isEntryRef(reference)) {
    const entry = store.get('serviceentries.networking.istio.io', namespace, name)
    if (!entry) return refuse('NoMatchingParent', `parent service entry: "${namespace}/${name}" not found`)
    return toPort(listOf(entry.spec?.['ports']), 'number', reference)
  }
  const gateway = isGatewayRef(reference) ? store.get(`gateways.${group}`, namespace, name) : undefined
  const info = gateway && classOf(store, gateway)
  if (!gateway || !info || info.deploys === 'waypoint') return null
  return toListeners(listenersOf(store, gateway, info), route, reference)
}

function toPort(ports: readonly Fields[], field: string, reference: Fields): Binding {
  const wanted = numberOf(reference['port'])
  if (wanted !== 0 && !ports.some(port => port[field] === wanted))
    return refuse('NoMatchingParent', `port ${wanted} not found`)
  return { isBound: true, listeners: [] }
}

/** A route is accepted when one listener takes it; else the most telling refusal is told. */
function toListeners(listeners: readonly Listener[], route: KubeObject, reference: Fields): Binding {
  const refusals: Refusal[] = []
  const taken: string[] = []
  for (const listener of listeners) {
    const refusal = refusalOf(listener, route, reference)
    if (refusal) refusals.push(refusal)
    else taken.push(listener.name)
  }
  if (taken.length > 0) return { isBound: true, listeners: taken }
  for (const reason of ['NotAllowedByListeners', 'NoMatchingListenerHostname', 'NoMatchingParent'] as const) {
    const same = refusals.filter(refusal => refusal.reason === reason)
    if (same.length > 0) return refuse(reason, same.map(({ message }) => message).join('; '))
  }
  return refuse('NoMatchingParent', 'parent has no listeners')
}

function refusalOf(listener: Listener, route: KubeObject, reference: Fields): Refusal | undefined {
  const port = numberOf(reference['port'])
  const section = textOf(reference['sectionName'])
  if (port !== 0 && port !== listener.port) return refuse('NoMatchingParent', `port ${port} not found`)
  if (section !== '' && section !== listener.name)
    return refuse('NoMatchingParent', `sectionName ${JSON.stringify(section)} not found`)
  const namespace = route.metadata.namespace ?? ''
  const quoted = JSON.stringify(listener.hostname)
  if (!hostsOf(route).some(host => overlap(host, listener.hostname || '*')))
    return refuse('NoMatchingListenerHostname', `no hostnames matched parent hostname ${quoted}`)
  if (!listener.isOpenTo(namespace))
    return refuse(
      'NotAllowedByListeners',
      `hostnames matched parent hostname ${quoted}, but namespace "${namespace}" is not allowed by the parent`,
    )
  if (!listener.kinds.includes(route.kind as RouteKind))
    return refuse('NotAllowedByListeners', `kind ${route.apiVersion}/${route.kind} is not allowed`)
  return undefined
}

const refuse = (reason: Refusal['reason'], message: string): Refusal => ({ isBound: false, reason, message })

/** A route without host names, or of a kind that has none, takes those of its listener. */
function hostsOf(route: KubeObject): string[] {
  const hosts = route.spec?.['hostnames']
  const texts = Array.isArray(hosts) ? hosts.map(host => textOf(host).toLowerCase()) : []
  return texts.length > 0 ? texts : ['*']
}

/** Some host is covered by both (Gateway API, HTTPRoute, "hostnames"). */
function overlap(a: string, b: string): boolean {
  const [wideA, wideB] = [a.startsWith('*'), b.startsWith('*')]
  if (wideA && wideB) return a.endsWith(b.slice(1)) || b.endsWith(a.slice(1))
  if (wideA) return b.endsWith(a.slice(1))
  return wideB ? a.endsWith(b.slice(1)) : a === b
}
