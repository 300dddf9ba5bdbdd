import type { ObjectRef } from '#shared/mesh/object.ts'

/**
 * Kinds that act on what a workload calls. Routes and DestinationRules do too, by the host they are about; policies act
 * where a call arrives (Istio documentation, references of each kind).
 */
const outbound: ReadonlySet<string> = new Set(['Sidecar', 'EnvoyFilter', 'WasmPlugin', 'Telemetry', 'ProxyConfig'])

export const actsOnCalls = ({ kind }: Pick<ObjectRef, 'kind'>): boolean => outbound.has(kind)
