import type { Facts } from '#lab/mesh/requests/pack.ts'
import type { Side, Told } from './side.ts'

/** Envoy docs, "Response code details": flags and the sentence that stands beside them. */
const byFlag: readonly (readonly [flag: string, details: string])[] = [
  ['NR', 'route_not_found'],
  ['NC', 'cluster_not_found'],
  ['UH', 'no_healthy_upstream'],
  ['UO', 'upstream_reset_before_response_started{overflow}'],
  ['UT', 'response_timeout'],
  ['DC', 'downstream_remote_disconnect'],
  ['FI', 'fault_filter_abort'],
  ['RL', 'local_rate_limited'],
  ['UAEX', 'ext_authz_denied'],
  ['UC', 'upstream_reset_before_response_started{connection_termination}'],
  ['UR', 'upstream_reset_before_response_started{remote_reset}'],
  ['DPE', 'http1.codec_error'],
]

const wrongVersion = 'TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end'

/** `%RESPONSE_CODE_DETAILS%` of a proxy: its own where it decided, else what it saw of the others. */
export function detailsOf(facts: Facts, side: Side, told: Told): string | null {
  if (side === 'closed') return 'filter_chain_not_found'
  if (decides(facts, side) && facts.details !== 'via_upstream') return noSpaces(facts.details)
  const flags = told.flags.split(',')
  if (flags.includes('UF')) return `upstream_reset_before_response_started{remote_connection_failure|${wrongVersion}}`
  const known = byFlag.find(([flag]) => flags.includes(flag))
  if (known) return known[1]
  if (decides(facts, side) && facts.refusedBy !== null) return refusal(facts.refusedBy)
  if (decides(facts, side) && facts.stage !== 'application') return 'direct_response'
  return 'via_upstream'
}

/** `%UPSTREAM_TRANSPORT_FAILURE_REASON%`: why the connection to the next one did not come about. */
export function failureOf({ details }: Facts, flags: string): string | null {
  if (!/\bUF\b/.test(flags)) return null
  return noSpaces(/\{remote_connection_failure\|(.+)\}$/.exec(details)?.[1] ?? wrongVersion)
}

/** Was it this proxy that answered instead of the application? */
const decides = ({ stage }: Facts, side: Side): boolean => {
  switch (side) {
    case 'outbound':
    case 'gateway':
      return stage === 'source'
    case 'waypoint':
      return stage === 'waypoint'
    case 'inbound':
      return stage === 'destination'
    case 'closed':
      return true
  }
}

/** Istio names a policy `ns[pay]-policy[only-checkout]-rule[0]`; `none` where no ALLOW rule matched. */
function refusal(refusedBy: string): string {
  const [, namespace, name, rule] = /^([^/\s]+)\/(\S+) rule (\d+)$/.exec(refusedBy) ?? []
  const policy = namespace === undefined ? 'none' : `ns[${namespace}]-policy[${name}]-rule[${rule}]`
  return `rbac_access_denied_matched_policy[${policy}]`
}

/** Envoy keeps the number of words in a line the same. */
const noSpaces = (text: string): string => text.replaceAll(/\s/g, '_')
