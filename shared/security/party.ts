import { clientTls } from './evaluate/client.ts'
import type { Surroundings } from './evaluate/attach.ts'
import { identityOf } from './evaluate/facts.ts'
import { maySayTls } from './evaluate/transport.ts'
import type { Flow } from './flow.ts'
import { principalOf, type SeenFlow, type Workload, workloadKey } from './landscape.ts'

/** Who calls: an identity, or somebody without one. */
export type Caller =
  | { kind: 'identity'; principal: string; namespace: string; name: string }
  /** A workload that has no certificate. */
  | { kind: 'plain'; namespace: string; name: string }
  /** Nobody knows who; or whom the reader may not see. */
  | { kind: 'outside' | 'hidden' }

export const callerKey = (caller: Caller): string => {
  switch (caller.kind) {
    case 'identity':
      return `id:${caller.principal}`
    case 'plain':
      return `plain:${caller.namespace}/${caller.name}`
    case 'outside':
    case 'hidden':
      return caller.kind
  }
}

export function identity(principal: string): Caller {
  const { namespace, account } = identityOf(principal)
  return { kind: 'identity', principal, namespace: namespace ?? '', name: account ?? principal }
}

/** All who may call: identities of whatever has a proxy, and what has none. */
export function callersOf(workloads: readonly Workload[], trustDomain: string): Caller[] {
  const found = new Map<string, Caller>()
  for (const workload of workloads) {
    const { namespace, serviceAccounts, name, guarded } = workload
    const callers: Caller[] = serviceAccounts.map(account => identity(principalOf(trustDomain, namespace, account)))
    for (const caller of guarded > 0 ? callers : [{ kind: 'plain' as const, namespace, name }])
      found.set(callerKey(caller), caller)
  }
  return [...found.values()]
}

/** Who made a call that was seen. Where no destination proved it, the caller's only account is who it says it is. */
export function callerOfSeen({ source }: SeenFlow, byKey: ReadonlyMap<string, Workload>, trustDomain: string): Caller {
  const { namespace, workload: name, principal, isHidden } = source
  if (isHidden) return { kind: 'hidden' }
  if (typeof principal === 'string') return identity(principal)
  const workload = byKey.get(workloadKey({ namespace, name }))
  const [account, ...more] = workload?.serviceAccounts ?? []
  if (principal === undefined && workload && workload.guarded > 0 && account !== undefined && more.length === 0)
    return identity(principalOf(trustDomain, namespace, account))
  return name === '' ? { kind: 'outside' } : { kind: 'plain', namespace, name }
}

/** What somebody calls with, as the evaluator is asked. */
export function sourceOf(caller: Caller): Pick<Flow, 'source' | 'mtls'> {
  switch (caller.kind) {
    case 'identity': {
      const { principal } = caller
      const { namespace, account } = identityOf(principal)
      return { source: { principal, namespace, serviceAccount: account } }
    }
    case 'plain':
      return { source: { principal: null, namespace: caller.namespace }, mtls: false }
    case 'outside':
      return { source: { principal: null, namespace: null }, mtls: false }
    case 'hidden':
      return { source: {} }
  }
}

export const destinationOf = ({ namespace, name, labels, enforcedBy }: Workload): Flow['destination'] => ({
  namespace,
  workload: name,
  labels,
  enforcedBy,
})

/**
 * Callers with a proxy use mTLS where the destination has one, unless a DestinationRule says otherwise. Istio docs,
 * "Auto mutual TLS". Where one says it for some ports or subsets only, it is not known.
 */
export function withMtls(flow: Flow, around: Surroundings): Flow {
  if (flow.mtls !== undefined || flow.destination.enforcedBy === 'gateway') return flow
  if (flow.source.principal === undefined || flow.destination.enforcedBy === 'none') return flow
  const told = clientTls(flow, around)
  if (told !== null) return { ...flow, mtls: told.mtls }
  return maySayTls(flow, around) && flow.destination.enforcedBy === 'sidecar' ? flow : { ...flow, mtls: true }
}
