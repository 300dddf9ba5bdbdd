import { duplicateValue, type FieldError, invalidValue, required } from '#lab/kubernetes/api/status.ts'
import { earlierItems, under } from '#lab/kubernetes/schema/structural-errors.ts'
import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import { isEqual, isFields } from '#lab/kubernetes/value.ts'
import { compile, type Old } from './expression.ts'
import { createToCel, type ToCel } from './values.ts'

/**
 * The rules of a schema (`x-kubernetes-validations`) that an object does not keep, outermost first. Rules about a change
 * are asked only where there was something before; what an update leaves as it was is not held against it.
 */
export function ruleErrors(schema: Structural, value: unknown, before?: unknown): FieldError[] {
  return errorsAt({ schema, value, before, path: '' }, createToCel())
}

type Rule = NonNullable<Structural['x-kubernetes-validations']>[number]
interface Place {
  schema: Structural
  value: unknown
  before: unknown
  path: string
}

function errorsAt(place: Place, toCel: ToCel): FieldError[] {
  const { schema, value, before, path } = place
  if (value === undefined || value === null || !hasRules(schema)) return []
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap(rule => errorOf(rule, place, toCel))
  if (Array.isArray(value)) {
    const { items } = schema
    if (!items) return own
    const earlier = isEqual(value, before) ? (item: unknown) => item : earlierItems(schema, before)
    return [
      ...own,
      ...value.flatMap((item: unknown, index) =>
        errorsAt({ schema: items, value: item, before: earlier(item), path: `${path}[${index}]` }, toCel),
      ),
    ]
  }
  if (!isFields(value)) return own
  const { properties = {}, additionalProperties } = schema
  const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
  const inner = Object.entries(value).flatMap(([key, part]) => {
    const schemaOfPart = Object.hasOwn(properties, key) ? properties[key] : values
    const earlier = isFields(before) && Object.hasOwn(before, key) ? before[key] : undefined
    return schemaOfPart
      ? errorsAt({ schema: schemaOfPart, value: part, before: earlier, path: under(path, key) }, toCel)
      : []
  })
  return [...own, ...inner]
}

function errorOf(rule: Rule, { schema, value, before, path }: Place, toCel: ToCel): FieldError[] {
  const expression = compile(rule.rule)
  const isKept = before !== undefined && isEqual(value, before)
  if (expression.isTransition ? before === undefined && rule.optionalOldSelf !== true : isKept) return []
  const self = toCel(schema, value)
  const oldValue = before === undefined ? undefined : toCel(schema, before)
  const old: Old = !expression.isTransition
    ? { kind: 'none' }
    : { kind: rule.optionalOldSelf === true ? 'optional' : 'value', value: oldValue }
  const place = rule.fieldPath === undefined ? path : `${path}${rule.fieldPath}`
  const type = schema.type ?? 'object'
  try {
    if (expression.evaluate(self, old) === true) return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const said = rule.message?.trim() || rule.rule.trim()
    return [
      invalidValue(
        path,
        type,
        why.startsWith('no such overload')
          ? `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${said}`
          : `${why} evaluating rule: ${said}`,
      ),
    ]
  }
  return [refused(rule, messageOf(rule, self, old), place, type)]
}

/** A message may be an expression itself; where that fails, the plain one stands. */
function messageOf({ rule, message, messageExpression }: Rule, self: unknown, old: Old): string {
  if (messageExpression !== undefined) {
    const found = attempt(() => compile(messageExpression).evaluate(self, old))
    if (typeof found === 'string' && found.trim() !== '' && !found.includes('\n')) return found
  }
  return message?.trim() || `failed rule: ${rule.trim()}`
}

function attempt(ask: () => unknown): unknown {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function refused({ reason }: Rule, detail: string, path: string, type: string): FieldError {
  switch (reason) {
    case 'FieldValueRequired':
      return required(path, detail)
    case 'FieldValueForbidden':
      return { field: path, reason, message: `Forbidden: ${detail}` }
    case 'FieldValueDuplicate':
      return duplicateValue(path, type)
    default:
      return invalidValue(path, type, detail)
  }
}

const remembered = new WeakMap<Structural, boolean>()

function hasRules(schema: Structural): boolean {
  const found = remembered.get(schema)
  if (found !== undefined) return found
  const { properties = {}, items, additionalProperties } = schema
  const inner = [...Object.values(properties), items, additionalProperties].filter(part => typeof part === 'object')
  const answer = (schema['x-kubernetes-validations']?.length ?? 0) > 0 || inner.some(hasRules)
  remembered.set(schema, answer)
  return answer
}
