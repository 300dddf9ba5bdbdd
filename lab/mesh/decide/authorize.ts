import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import type { EnforcementPoint } from './attach.ts'
import { type Custom, type Entry, type Filter, type Guard, guardOf } from './guard.ts'
import type { RbacCount } from './outcome.ts'
import type { Facts } from './request-facts.ts'

/** Istio docs, "Authorization policy precedence": CUSTOM, then DENY, then ALLOW; AUDIT decides nothing. */

export interface Verdict {
  allowed: boolean
  /** `namespace/name rule N`, or that no ALLOW policy matched; null when allowed. */
  refusedBy: string | null
  /** Envoy's, or ztunnel's, words for a refusal. */
  details: string
  /** Of the refusing filter. */
  flags: '-' | 'UAEX'
  /** HTTP status of a refusal. */
  code: number
  /** One for each RBAC filter the request came to. */
  counts: Pick<RbacCount, 'enforced' | 'shadow'>[]
}

export function authorize(snapshot: Snapshot, point: EnforcementPoint, facts: Facts): Verdict {
  const guard = guardOf(snapshot, point, facts.http !== null)
  const counts: Verdict['counts'] = []
  return (
    byCustom(snapshot, guard, facts, counts) ??
    byDeny(guard.deny, point, facts, counts) ??
    byAllow(guard.allow, point, facts, counts) ?? {
      allowed: true,
      refusedBy: null,
      details: 'via_upstream',
      flags: '-',
      code: 200,
      counts,
    }
  )
}

const refuse = (refusedBy: string, details: string, counts: Verdict['counts'], more?: Partial<Verdict>): Verdict => ({
  allowed: false,
  refusedBy,
  details,
  flags: '-',
  code: 403,
  counts,
  ...more,
})

function byCustom(snapshot: Snapshot, guard: Guard, facts: Facts, counts: Verdict['counts']): Verdict | null {
  for (const custom of guard.custom) {
    const entry = first(custom.entries, facts)
    if (custom.provider === null) {
      counts.push({ enforced: entry ? 'denied' : 'allowed', shadow: null })
      if (entry) return refuse(nameOf(entry), matched(badCustom(custom, entry)), counts)
    } else if (entry) {
      const answer = snapshot.mesh.authorizers.get(custom.name) ?? 'allow'
      if (answer === 'deny') return refuse(nameOf(entry), 'ext_authz_denied', counts, { flags: 'UAEX' })
      const { failOpen, statusOnError } = custom.provider
      if (answer === 'down' && !failOpen)
        return refuse(nameOf(entry), 'ext_authz_error', counts, { flags: 'UAEX', code: statusOnError })
    }
  }
  return null
}

function byDeny(
  filter: Filter | null,
  point: EnforcementPoint,
  facts: Facts,
  counts: Verdict['counts'],
): Verdict | null {
  if (filter === null) return null
  const entry = filter.enforced && first(filter.enforced, facts)
  const shadow = filter.shadow && first(filter.shadow, facts)
  counts.push({
    enforced: filter.enforced && (entry ? 'denied' : 'allowed'),
    shadow: filter.shadow && {
      action: 'deny',
      result: shadow ? 'denied' : 'allowed',
      policy: shadow?.id ?? null,
    },
  })
  if (!entry) return null
  const { namespace, name } = entry
  const details = point.kind === 'ztunnel' ? rejected(`explicitly denied by: ${namespace}/${name}`) : matched(entry.id)
  return refuse(nameOf(entry), details, counts)
}

function byAllow(
  filter: Filter | null,
  point: EnforcementPoint,
  facts: Facts,
  counts: Verdict['counts'],
): Verdict | null {
  if (filter === null) return null
  const entry = filter.enforced && first(filter.enforced, facts)
  const shadow = filter.shadow && first(filter.shadow, facts)
  counts.push({
    enforced: filter.enforced && (entry ? 'allowed' : 'denied'),
    shadow: filter.shadow && {
      action: 'allow',
      result: shadow ? 'allowed' : 'denied',
      policy: shadow?.id ?? null,
    },
  })
  if (filter.enforced === null || entry) return null
  const details = point.kind === 'ztunnel' ? rejected('allow policies exist, but none allowed') : matched('none')
  return refuse(`${filter.names.join(', ')}: no rule matched`, details, counts)
}

export const first = (entries: readonly Entry[], facts: Facts): Entry | undefined =>
  entries.find(entry => entry.test(facts))

const nameOf = ({ namespace, name, rule }: Entry) => `${namespace}/${name} rule ${rule}`

/** Envoy's RBAC filter. */
const matched = (id: string) => `rbac_access_denied_matched_policy[${id.replaceAll(' ', '_')}]`

/** ztunnel's access log. */
export const rejected = (reason: string) => `connection closed due to policy rejection: ${reason}`

/** Istio refuses what a CUSTOM policy matches when its provider cannot be asked. */
const badCustom = ({ name }: Custom, { id }: Entry) =>
  `istio-ext-authz-${name === '' ? '' : `${name}-`}${id}-deny-due-to-bad-CUSTOM-action`
