import type { LearnWorkload } from './learn.ts'
import type { Sighting } from './kinds.ts'
import { principalOf } from '#shared/security/why/edits.ts'

/** An identity that several workloads have: what one of them is granted, all of them get. */
export interface SharedAccount {
  principal: string
  workloads: readonly string[]
  /** Every pod that names no account of its own gets this one. */
  isDefault: boolean
}

/** Of those who were seen to call. */
export function sharedAccounts(
  seen: readonly Sighting[],
  workloads: readonly LearnWorkload[],
  trustDomain: string,
): SharedAccount[] {
  const holders = new Map<string, Set<string>>()
  const add = (principal: string, workload: string) =>
    holders.set(principal, (holders.get(principal) ?? new Set()).add(workload))
  for (const { flow, sourceWorkload } of seen) {
    const principal = principalOf(flow)
    if (principal !== null && sourceWorkload !== undefined) add(principal, sourceWorkload)
  }
  for (const { namespace, name, serviceAccounts } of workloads)
    for (const account of serviceAccounts)
      for (const domain of new Set([trustDomain, 'cluster.local'])) add(`${domain}/ns/${namespace}/sa/${account}`, name)
  const callers = new Set(seen.flatMap(({ flow }) => principalOf(flow) ?? []))
  return [...callers].toSorted().flatMap(principal => {
    const names = [...(holders.get(principal) ?? [])].toSorted()
    const isDefault = principal.endsWith('/sa/default')
    return names.length > 1 || isDefault ? [{ principal, workloads: names, isDefault }] : []
  })
}
