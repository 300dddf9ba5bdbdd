import type { Sample } from '#bff/sources/source.ts'

/**
 * Whose a 403 is: of a policy, or the application's own answer. No flag of Envoy tells them apart, `response_code_details`
 * does where it is a tag of the metric; else the workload's RBAC filters have counted how many they gave, of all callers
 * together (telemetry rule 8).
 */

/** Two ways to count the same over an hour or more differ by a scrape or two: this much of the answers is all of them. */
const asGoodAsAll = 0.95

export interface Doubts {
  /**
   * How many of its suspected answers a proxy's policies gave, 0 to 1. Between the two it is not known whose they are,
   * unless only one caller got any.
   */
  shareOf(guard: string): number
  isOnlyOne(guard: string): boolean
}

export interface Suspect {
  guard: string
  metric: Sample['metric']
  value: number
}

export function doubtsOf(suspects: readonly Suspect[], counted: ReadonlyMap<string, number>): Doubts {
  const answers = new Map<string, { open: number; told: number; callers: Set<string> }>()
  for (const { guard, metric, value } of suspects) {
    const known = answers.get(guard) ?? { open: 0, told: 0, callers: new Set() }
    answers.set(guard, known)
    const said = answerOf(metric)
    if (said === null) known.open += value
    else if (said === 'policy') known.told += value
    if (said === null) known.callers.add(callerIn(metric))
  }
  return {
    shareOf(guard) {
      const { open = 0, told = 0 } = answers.get(guard) ?? {}
      const left = (counted.get(guard) ?? 0) - told
      if (left <= 0) return 0
      const share = left / open
      return share >= asGoodAsAll ? 1 : share
    },
    isOnlyOne: guard => answers.get(guard)?.callers.size === 1,
  }
}

/** A code that may be a refusal. */
export const isSuspect = (metric: Sample['metric']): boolean =>
  metric['response_code'] === '403' || metric['grpc_response_status'] === '7'

/** Envoy docs, response code details; null: nobody says. */
export function answerOf(metric: Sample['metric']): 'policy' | 'application' | null {
  const flags = (metric['response_flags'] ?? '').split(',')
  // ztunnel's word, and Envoy's for an external authorizer.
  if (flags.includes('DENY') || flags.includes('UAEX')) return 'policy'
  const details = metric['response_code_details'] ?? ''
  if (details === '' || details === 'unknown') return null
  return /^(rbac_access_denied|ext_authz_denied|jwt_authn_access_denied)/.test(details) ? 'policy' : 'application'
}

const callerIn = (metric: Sample['metric']): string =>
  JSON.stringify(
    ['source_workload_namespace', 'source_workload', 'source_principal', 'destination_service_name'].map(
      name => metric[name] ?? '',
    ),
  )
