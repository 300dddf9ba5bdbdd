import type { Surroundings } from './attach.ts'
import { clientTls, destinationRulesNear } from './client.ts'
import { type Facts, factsOf, type FactSettings } from './facts.ts'
import type { Guard } from './guard.ts'
import { T, truthOf } from './kleene.ts'
import type { Flow } from '#shared/security/flow.ts'
import { record } from '#shared/security/read.ts'

export type Transport = 'mtls' | 'plaintext'

/**
 * What a caller with a proxy sends there. Istio docs, "Auto mutual TLS": where no DestinationRule says it, mTLS wherever
 * the server takes it, and a sidecar takes none where its mode is DISABLE. Null: it is not known.
 */
export function transportTo(flow: Flow, guard: Guard, around: Surroundings, settings: FactSettings): Transport | null {
  const { enforcedBy } = flow.destination
  if (enforcedBy === 'gateway' || enforcedBy === 'none') return null
  if (enforcedBy !== 'sidecar') return 'mtls'
  const told = clientTls({ ...flow, source: { ...flow.source, principal: 'of its own' } }, around)
  if (told !== null) return told.mtls ? 'mtls' : 'plaintext'
  if (maySayTls(flow, around)) return null
  const facts: Facts = factsOf(flow, settings)
  const counting = guard.modes.find(({ expression }) => truthOf(expression, facts) === T)
  return counting === undefined ? null : counting.mode === 'DISABLE' ? 'plaintext' : 'mtls'
}

/** The call as it would be sent, were that another way than it was. @param has what the caller's proxy sends now */
export function resent(flow: Flow, has: Transport | null, would: Transport | null): Flow {
  if (has === null || would === null || has === would) return flow
  const { principal: _, ...source } = flow.source
  if (would === 'plaintext')
    return flow.mtls === true ? { ...flow, mtls: false, source: { ...source, principal: null } } : flow
  // Who has no proxy goes on in plaintext, and so does whoever comes from outside.
  if (flow.mtls !== false || source.serviceAccount === null || source.namespace === null) return flow
  if (source.serviceAccount !== undefined) return { ...flow, mtls: true, source }
  const { mtls: __, ...open } = flow
  return { ...open, source }
}

/** Some DestinationRule near by has a word on TLS, for whom it may be. */
export const maySayTls = (flow: Flow, around: Surroundings): boolean =>
  destinationRulesNear(flow, around).some(({ spec }) => saysTls(record(spec)))

const known = new WeakMap<object, boolean>()
function saysTls(spec: Record<string, unknown>): boolean {
  let says = known.get(spec)
  if (says === undefined) known.set(spec, (says = JSON.stringify(spec).includes('"tls":')))
  return says
}
