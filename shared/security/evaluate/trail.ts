import type { Judgement } from '#shared/security/evaluate.ts'
import type { ClientTls } from './client.ts'
import type { Facts, Value } from './facts.ts'
import type { Attached, Guard } from './guard.ts'
import { all, any, atomsIn, type Expression, never, not, T, truthOf, U } from './kleene.ts'
import { leftOf, possibilities } from './worlds.ts'
import type { Condition, ReadRule } from './rule.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import type { AuthorizationPolicy, MtlsMode, PolicyRef } from '#shared/security/policy.ts'

/** How a verdict came about, as data: words come where it is shown. */
export type Step =
  | { step: 'enforcement'; by: Enforcer; namespace: string }
  /** What a DestinationRule makes the caller send, where nobody saw it. */
  | ({ step: 'client' } & ClientTls)
  /** The mode that counts, and where it was said; several where that is not known. */
  | { step: 'mtls'; mode: MtlsMode; policy: PolicyRef | null; port: number | null; refuses: Answer }
  | { step: 'token'; policies: readonly PolicyRef[]; refuses: Answer }
  | {
      step: 'policy'
      policy: PolicyRef
      action: AuthorizationPolicy['action']
      /** Why it applies. */
      reach: 'mesh' | 'namespace' | 'selector' | 'target'
      idle: Attached['idle']
      /** Of CUSTOM, where the mesh does not have it; null: it has, or nobody knows. */
      missingProvider: string | null
      /** Why Istio would refuse it. */
      problems: readonly string[]
      matches: Answer
      rules: readonly RuleStep[]
      /** Rules that do not match and are not told. */
      others: number
    }
  /** Where ALLOW policies are and none has a rule for it. */
  | { step: 'no-allow'; refuses: Answer }
  | { step: 'verdict'; verdict: Judgement['verdict']; missing: readonly string[] }

export type Answer = 'yes' | 'no' | 'unknown'

export interface RuleStep {
  rule: number
  matches: Answer
  /** The first condition that is not met, or not known to be. */
  failing: { path: string; values: readonly string[]; found: readonly Found[] } | null
  /** Fields that this proxy cannot see. */
  unseen: readonly string[]
}

export interface Found {
  fact: string
  /** Null: known to be none. Absent: unknown. */
  value?: string | null
}

/** Of rules that do not match so many are told. */
const told = 20

export function trailOf(guard: Guard, facts: Facts, client: ClientTls | null, { verdict, missing }: Judgement): Step[] {
  const { enforcedBy, namespace } = facts.flow.destination
  const answer = (expression: Expression): Answer => answerOf(expression, facts)
  const strict = guard.modes
    .filter(({ expression }) => answer(expression) !== 'no')
    .map(({ mode, policy, port }): Step => {
      const refusal = guard.strict.find(one => one.policy === policy && one.port === port)
      return {
        step: 'mtls',
        mode,
        policy: policy && refOf(policy),
        port,
        refuses: mode === 'STRICT' && refusal ? answer(refusal.expression) : 'no',
      }
    })
  const token: Step[] =
    guard.tokens.policies.length === 0
      ? []
      : [{ step: 'token', policies: guard.tokens.policies.map(refOf), refuses: answer(guard.tokens.isRefused) }]
  const inOrder = (['CUSTOM', 'DENY', 'ALLOW', 'AUDIT'] as const).flatMap(action =>
    guard.attached.filter(({ policy }) => policy.action === action),
  )
  return [
    { step: 'enforcement', by: enforcedBy, namespace },
    ...(client === null ? [] : [{ step: 'client' as const, ...client }]),
    ...strict,
    ...token,
    ...inOrder.map(attached => policyStep(attached, guard, facts)),
    ...noAllow(guard, answer),
    { step: 'verdict', verdict, missing },
  ]
}

const refOf = ({ kind, namespace, name }: PolicyRef): PolicyRef => ({ kind, namespace, name })

/** What is not known may still be the same whatever the missing facts are. */
const answerOf = (expression: Expression, facts: Facts): Answer => {
  const truth = truthOf(expression, facts)
  if (truth !== U) return truth === T ? 'yes' : 'no'
  const { endings } = possibilities(leftOf({ isRefused: expression, isAsked: never }, facts), facts)
  return endings.size > 1 ? 'unknown' : endings.has('deny') ? 'yes' : 'no'
}

function noAllow({ attached, allow }: Guard, answer: (expression: Expression) => Answer): Step[] {
  const allowing = attached.filter(({ policy, idle }) => policy.action === 'ALLOW' && idle === null)
  if (allowing.length === 0) return []
  const matches = answer(any(allow.map(({ expression }) => expression)))
  if (matches === 'yes') return []
  const isThere = any(allowing.map(({ exists }) => exists))
  return [{ step: 'no-allow', refuses: answer(all([isThere, not(any(allow.map(({ expression }) => expression)))])) }]
}

function policyStep(attached: Attached, { allow, deny, custom, unanswered }: Guard, facts: Facts): Step {
  const { policy, idle, isAuthorizerMissing, rules, exists } = attached
  const steps = rules.map((rule, index) => ruleStep(rule, index, facts))
  const shown = [
    ...steps.filter(({ matches }) => matches !== 'no'),
    ...steps.filter(({ matches }) => matches === 'no').slice(0, told),
  ]
  const own = [...allow, ...deny, ...custom, ...unanswered].filter(entry => entry.policy === policy)
  const matching =
    idle === null ? any(own.map(({ expression }) => expression)) : all([exists, any(rules.map(one => one.expression))])
  return {
    step: 'policy',
    policy: refOf(policy),
    action: policy.action,
    reach: reachOf(policy, facts),
    idle,
    missingProvider: isAuthorizerMissing && idle === null ? policy.provider : null,
    problems: policy.problems,
    matches: answerOf(matching, facts),
    rules: shown.toSorted((a, b) => a.rule - b.rule),
    others: steps.length - shown.length,
  }
}

function reachOf({ targets, selector, namespace }: AuthorizationPolicy, { flow }: Facts) {
  if (targets.length > 0) return 'target'
  if (selector !== null) return 'selector'
  return namespace === flow.destination.namespace ? 'namespace' : 'mesh'
}

function ruleStep({ expression, parts, unseen }: ReadRule, rule: number, facts: Facts): RuleStep {
  const matches = answerOf(expression, facts)
  // A rule that is dropped for what cannot be seen is asked nothing.
  const failing = matches === 'yes' || expression === never ? null : failingIn(parts, facts)
  return {
    rule,
    matches,
    failing: failing && { path: failing.path, values: failing.values, found: foundBy(failing, facts) },
    unseen,
  }
}

/** Of alternatives that all fail, the one that gets furthest tells most. */
function failingIn(parts: ReadRule['parts'], facts: Facts): Condition | null {
  for (const wanted of ['no', 'unknown'] as const)
    for (const alternatives of parts) {
      const each = alternatives.map(conditions => all(conditions.map(one => one.expression)))
      if (alternatives.length === 0 || answerOf(any(each), facts) !== wanted) continue
      const firsts = alternatives.map(conditions =>
        conditions.findIndex(({ expression }) => answerOf(expression, facts) === wanted),
      )
      const best = firsts.indexOf(Math.max(...firsts))
      return alternatives[best]?.[firsts[best] ?? -1] ?? null
    }
  return null
}

function foundBy({ expression }: Condition, facts: Facts): Found[] {
  return [...atomsIn(expression)].map(({ fact, read }) => {
    const value = read(facts)
    return value === undefined ? { fact } : { fact, value: textOf(value) }
  })
}

function textOf(value: Value): string | null {
  if (value === null) return null
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.join(', ')
  if ('principal' in value) return value.principal || value.namespace
  return 'issuer' in value ? `${value.issuer}/${value.subject}` : null
}
