import type { MeshObject } from '#shared/mesh/object.ts'
import { isService, type Surroundings } from './attach.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { PolicyRef } from '#shared/security/policy.ts'
import { isAbsent, record, records, text, textMap } from '#shared/security/read.ts'

/** What a DestinationRule makes a caller send. */
export interface ClientTls {
  policy: Omit<PolicyRef, 'kind'> & { kind: 'DestinationRule' }
  mode: string
  mtls: boolean
}

/**
 * Where nobody saw whether a connection was mTLS, a DestinationRule may leave no choice. Istio docs, Destination Rule,
 * `ClientTLSSettings`: DISABLE sends plaintext, SIMPLE and MUTUAL another TLS, ISTIO_MUTUAL is mTLS. Callers without a
 * proxy read none, so that the last needs one that has a certificate; ztunnel reads none either. Null: it is not said.
 */
export function clientTls(flow: Flow, around: Surroundings): ClientTls | null {
  const { source, destination } = flow
  const { enforcedBy } = destination
  if (enforcedBy !== 'sidecar' || isAmbient(source.namespace, around)) return null
  const rules = destinationRulesNear(flow, around).filter(
    rule => isFor(rule, flow, around) && isAbsent(record(rule.spec)['workloadSelector']),
  )
  // The caller's namespace goes before the destination's, and that before the mesh's.
  const places = [source.namespace, destination.namespace, around.rootNamespace]
  const [first, ...more] = rules.toSorted((a, b) => places.indexOf(namespaceOf(a)) - places.indexOf(namespaceOf(b)))
  if (first === undefined || more.some(rule => namespaceOf(rule) === namespaceOf(first))) return null
  // A destination rule of a namespace that nobody knows may stand before it.
  if (typeof source.namespace !== 'string') return null
  const mode = modeOf(first)
  if (mode === null || (mode === 'ISTIO_MUTUAL' && typeof source.principal !== 'string')) return null
  const policy = { kind: 'DestinationRule', namespace: namespaceOf(first), name: first.metadata.name } as const
  return { policy, mode, mtls: mode === 'ISTIO_MUTUAL' }
}

/** Istio docs, Destination Rule: those of the caller's namespace, of the destination's and of the mesh are looked up. */
export const destinationRulesNear = (
  { source, destination }: Flow,
  { destinationRulesIn, rootNamespace }: Surroundings,
): MeshObject[] =>
  [...new Set([source.namespace, destination.namespace, rootNamespace])].flatMap(
    namespace => destinationRulesIn.get(namespace ?? '') ?? [],
  )

const namespaceOf = ({ metadata }: MeshObject): string => metadata.namespace ?? 'default'

const isAmbient = (namespace: string | null | undefined, { namespaces }: Surroundings): boolean =>
  textMap(namespaces.get(`/${namespace}`)?.metadata.labels)['istio.io/dataplane-mode'] === 'ambient'

function isFor(rule: MeshObject, { destination, http }: Flow, around: Surroundings): boolean {
  const host = text(record(rule.spec)['host'])
  const { namespace } = destination
  if (host.startsWith('*')) return host === '*' || `x.${namespace}.svc.cluster.local`.endsWith(host.slice(1))
  const [name = '', place = namespaceOf(rule), svc, ...rest] = host.split('.')
  const isWhole = svc === undefined || (svc === 'svc' && (rest.length === 0 || rest.join('.') === 'cluster.local'))
  return isWhole && place === namespace && isService(name, destination, http?.host ?? '', around)
}

/** One mode for all: null where ports or subsets have their own. */
function modeOf({ spec }: MeshObject): string | null {
  const traffic = record(record(spec)['trafficPolicy'])
  const parts = [
    ...records(traffic['portLevelSettings']),
    ...records(record(spec)['subsets']).map(subset => record(subset['trafficPolicy'])),
  ]
  if (parts.some(part => !isAbsent(part['tls']) || !isAbsent(part['portLevelSettings']))) return null
  const mode = text(record(traffic['tls'])['mode'])
  return ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'].includes(mode) ? mode : null
}
