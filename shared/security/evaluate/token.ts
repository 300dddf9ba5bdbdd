import { attachment, ifPolicyIs, keyOf, type Surroundings } from './attach.ts'
import { hasToken, isTokenOf } from './claims.ts'
import { all, always, any, type Expression, never, not } from './kleene.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { RequestAuthentication } from '#shared/security/policy.ts'

/** What the RequestAuthentications of a workload make of a token: several are one list, and one that fits is enough. */
export interface Tokens {
  policies: readonly RequestAuthentication[]
  isValidated: Expression
  /** A token is brought, somebody looks at it, and nobody finds it valid. Without a token a request passes. */
  isRefused: Expression
}

/** Istio docs, RequestAuthentication. ztunnel and TCP know no tokens. */
export function tokensOf(policies: readonly RequestAuthentication[], flow: Flow, around: Surroundings): Tokens {
  const { enforcedBy } = flow.destination
  const attached =
    flow.protocol === 'tcp' || enforcedBy === 'ztunnel' || enforcedBy === 'none'
      ? []
      : policies.flatMap(policy => {
          const isAttached = attachment(policy, flow, around)
          return isAttached === never ? [] : [{ policy, isAttached }]
        })
  if (attached.length === 0) return none
  const key = attached.map(({ policy }) => keyOf(policy)).join()
  const isPlain = attached.every(({ isAttached }) => isAttached === always)
  const [first] = attached
  if (!isPlain || first === undefined) return read(attached)
  let own = known.get(first.policy)
  if (own === undefined) known.set(first.policy, (own = new Map()))
  let tokens = own.get(key)
  if (tokens === undefined) own.set(key, (tokens = read(attached)))
  return tokens
}

const none: Tokens = { policies: [], isValidated: never, isRefused: never }

/** Read once for all workloads that have the same: what was made of their rules can then be shared, too. */
const known = new WeakMap<RequestAuthentication, Map<string, Tokens>>()

function read(attached: readonly { policy: RequestAuthentication; isAttached: Expression }[]): Tokens {
  const valid: Expression[] = []
  const looks: Expression[] = []
  for (const { policy, isAttached } of attached) {
    if (policy.problems.length > 0) {
      const states = ['refused', 'finds it valid', 'finds it invalid']
      valid.push(all([isAttached, hasToken, ifPolicyIs(policy, states, 'finds it valid')]))
      looks.push(all([isAttached, not(ifPolicyIs(policy, states, 'refused'))]))
      continue
    }
    for (const { issuer, audiences } of policy.rules) valid.push(all([isAttached, isTokenOf(issuer, audiences)]))
    if (policy.rules.length > 0) looks.push(isAttached)
  }
  const isValidated = any(valid)
  return {
    policies: attached.map(({ policy }) => policy),
    isValidated,
    isRefused: looks.length === 0 ? never : all([hasToken, any(looks), not(isValidated)]),
  }
}
