import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds } from '#lab/kubernetes/controllers/conditions.ts'
import { selects } from '#lab/kubernetes/controllers/label-selector.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { certificateProblem } from './certificates.ts'
import { type ClassInfo, group } from './classes.ts'

export const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const
export type RouteKind = (typeof routeKinds)[number]

/** One listener of a Gateway: what may attach to it, and what is to be said of it. */
export interface Listener {
  name: string
  port: number
  /** As written; '' takes every host. */
  hostname: string
  kinds: RouteKind[]
  isOpenTo(namespace: string): boolean
  conditions: Condition[]
}

export function listenersOf(store: KubernetesStore, gateway: KubeObject, info: ClassInfo): Listener[] {
  const all = listOf(gateway.spec?.['listeners'])
  return all.map((item, index) => {
    const { kinds, isWhole } = supportedKinds(item)
    return {
      name: textOf(item['name']),
      port: numberOf(item['port']),
      hostname: textOf(item['hostname']).toLowerCase(),
      kinds,
      isOpenTo: namespace => isOpenTo(store, gateway, item, namespace),
      conditions: conditionsOf(store, gateway, info, item, {
        isWhole,
        conflict: conflictOf(item, all.slice(0, index)),
      }),
    }
  })
}

function conditionsOf(
  store: KubernetesStore,
  gateway: KubeObject,
  info: ClassInfo,
  listener: Fields,
  found: { isWhole: boolean; conflict: string | undefined },
): Condition[] {
  const none = 'No errors found'
  const protocol = protocolProblem(listener, info)
  const certificates = certificateProblem(store, gateway, fieldsOf(listener['tls']))
  const invalid = found.conflict === undefined ? certificates && 'Bad TLS configuration' : 'Conflicts with a listener'
  return [
    protocol === undefined ? holds('Accepted', 'Accepted', none) : fails('Accepted', 'UnsupportedProtocol', protocol),
    found.conflict === undefined
      ? fails('Conflicted', 'NoConflicts', none)
      : holds('Conflicted', found.conflict, 'Another listener of this Gateway has this port'),
    invalid === undefined ? holds('Programmed', 'Programmed', none) : fails('Programmed', 'Invalid', invalid),
    certificates ??
      (found.isWhole
        ? holds('ResolvedRefs', 'ResolvedRefs', none)
        : fails('ResolvedRefs', 'InvalidRouteKinds', 'Invalid route kinds')),
  ]
}

const protocols = ['HTTP', 'HTTPS', 'TLS', 'TCP', 'HBONE']

function protocolProblem(listener: Fields, info: ClassInfo): string | undefined {
  const protocol = textOf(listener['protocol'])
  const quoted = JSON.stringify(protocol)
  if (info.deploys === 'waypoint')
    return protocol === 'HBONE' && listener['port'] === 15008
      ? undefined
      : 'Expected a single listener on port 15008 with protocol "HBONE"'
  if (protocol === 'HBONE') return `protocol ${quoted} is only supported for waypoint proxies`
  if (protocols.includes(protocol)) return undefined
  const upper = protocol.toUpperCase()
  return protocols.includes(upper)
    ? `protocol ${quoted} is unsupported. hint: ${JSON.stringify(upper)} (uppercase) may be supported`
    : `protocol ${quoted} is unsupported`
}

/** Gateway API, Listener: the port, protocol and host name of each must be distinct; who comes later loses. */
function conflictOf(listener: Fields, earlier: readonly Fields[]): string | undefined {
  const rivals = earlier.filter(other => other['port'] === listener['port'])
  if (rivals.some(other => other['protocol'] !== listener['protocol'])) return 'ProtocolConflict'
  return rivals.some(other => textOf(other['hostname']) === textOf(listener['hostname']))
    ? 'HostnameConflict'
    : undefined
}

function supportedKinds(listener: Fields): { kinds: RouteKind[]; isWhole: boolean } {
  const supported = kindsOf(listener)
  const wanted = listOf(at(listener, 'allowedRoutes.kinds'))
  if (wanted.length === 0) return { kinds: supported, isWhole: true }
  const isWanted = (kind: string) =>
    wanted.some(item => item['kind'] === kind && textOf(item['group'], group) === group)
  const kinds = supported.filter(isWanted)
  return { kinds, isWhole: kinds.length === wanted.length }
}

function kindsOf(listener: Fields): RouteKind[] {
  switch (listener['protocol']) {
    case 'HTTP':
    case 'HTTPS':
      return ['HTTPRoute', 'GRPCRoute']
    case 'TLS':
      return at(listener, 'tls.mode') === 'Passthrough' ? ['TLSRoute'] : ['TCPRoute']
    case 'TCP':
      return ['TCPRoute']
    default:
      return []
  }
}

function isOpenTo(store: KubernetesStore, gateway: KubeObject, listener: Fields, namespace: string): boolean {
  const namespaces = fieldsOf(at(listener, 'allowedRoutes.namespaces'))
  switch (textOf(namespaces['from'], 'Same')) {
    case 'All':
      return true
    case 'Selector': {
      const labels = store.get('namespaces', undefined, namespace)?.metadata.labels
      return selects(namespaces['selector'], { 'kubernetes.io/metadata.name': namespace, ...labels })
    }
    case 'Same':
      return namespace === gateway.metadata.namespace
    default:
      return false
  }
}
