import type { Json } from '#shared/mesh/object.ts'
import type { Field, Reading, Sight } from './field.ts'
import { conditionField, operationFields, sourceFields } from './fields.ts'
import { all, always, any, type Expression, never, not } from './kleene.ts'
import type { AuthorizationPolicy, Rule } from '#shared/security/policy.ts'
import { notOf } from '#shared/security/policy-problems.ts'
import { texts } from '#shared/security/read.ts'

/** One condition of a rule, so that a person can be told which did not hold. */
export interface Condition {
  /** `from[0].source.principals`, `when[1].notValues`. */
  path: string
  values: readonly string[]
  isNot: boolean
  expression: Expression
}

/** A rule as a proxy of some sight has it. */
export interface ReadRule {
  expression: Expression
  /** Alternatives of `from`, of `to`, and the one list of `when`: each a list of conditions. */
  parts: readonly (readonly Condition[])[][]
  /** Fields this proxy cannot see: an ALLOW rule is dropped for them, others go without. */
  unseen: readonly string[]
}

const order: readonly Sight[] = ['ztunnel', 'tcp', 'http']

/**
 * Istio docs, Authorization Policy, "Authorization for TCP traffic": a rule that asks what cannot be seen matches nothing
 * where it allows, and is applied without it where it refuses. In ztunnel each condition, and `from` and `to`, must hold
 * by something it can see: one of which nothing is left never does, and its rule refuses nobody (istio/istio#61126).
 */
export function readRule(rule: Rule, action: AuthorizationPolicy['action'], reading: Reading): ReadRule {
  const unseen: string[] = []
  const conditionsOf = (field: Field, path: string, values: readonly string[], isNot: boolean): Condition[] => {
    if (values.length === 0) return []
    if (order.indexOf(field.needs) > order.indexOf(reading.sight)) {
      unseen.push(path)
      return []
    }
    const asked = field.asks(values, reading)
    return [{ path, values, isNot, expression: isNot ? not(asked) : asked }]
  }
  const part = (value: Json, fields: Readonly<Record<string, Field>>, at: string): Condition[] =>
    Object.entries(fields).flatMap(([key, field]) => [
      ...conditionsOf(field, `${at}.${key}`, texts(value[key]), false),
      ...conditionsOf(field, `${at}.${notOf(key)}`, texts(value[notOf(key)]), true),
    ])
  const from = rule.from.map((source, index) => part(source, sourceFields, `from[${index}].source`))
  const to = rule.to.map((operation, index) => part(operation, operationFields, `to[${index}].operation`))
  const conditions = rule.when.map(({ key, values, notValues }, index) => {
    const field = conditionField(key)
    if (field === null) return []
    return [
      ...conditionsOf(field, `when[${index}].values`, values, false),
      ...conditionsOf(field, `when[${index}].notValues`, notValues, true),
    ]
  })
  const parts = [from, to, ...(conditions.length === 0 ? [] : [[conditions.flat()]])]
  const isDropped = action === 'ALLOW' && unseen.length > 0
  const isBlind = reading.sight === 'ztunnel' && [from, to, ...conditions.map(one => [one])].some(isEmpty)
  return {
    expression: isDropped || isBlind ? never : all(parts.flatMap(part => fitsAny(part, reading.sight))),
    parts,
    unseen,
  }
}

/** Something was asked, and nothing of it is left. */
const isEmpty = (alternatives: readonly (readonly Condition[])[]): boolean =>
  alternatives.length > 0 && alternatives.every(conditions => conditions.length === 0)

/** None given is any. */
const fitsAny = (alternatives: readonly (readonly Condition[])[], sight: Sight): Expression[] => {
  if (alternatives.length === 0) return []
  const left = sight === 'ztunnel' ? alternatives.filter(conditions => conditions.length > 0) : alternatives
  const each = left.map(conditions => all(conditions.map(({ expression }) => expression)))
  return each.some(one => one.kind === 'all' && one.of.length === 0) ? [always] : [any(each)]
}
