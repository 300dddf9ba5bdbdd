import { type FieldError, invalidValue, required, unsupportedValue } from '#lab/kubernetes/api/status.ts'
import { isEqual, isFields } from '#lab/kubernetes/value.ts'
import { isOfFormat } from './formats.ts'
import { patternOf } from './pattern.ts'
import type { Structural } from './structural.ts'

/**
 * What is wrong with a value by its schema, in the words and the order of the API server's validator for
 * CustomResourceDefinitions. `before` is what stood there: what an update leaves as it was is not held against it
 * (Kubernetes documentation, "Validation ratcheting").
 */
export function structuralErrors(schema: Structural, value: unknown, path: string, before?: unknown): FieldError[] {
  if (before !== undefined && isEqual(value, before)) return []
  if (value === null && schema.nullable === true) return []
  const wrongType = typeError(schema, value, path)
  if (wrongType) return [wrongType]
  return [
    ...conditionErrors(schema, value, path),
    ...(typeof value === 'string' ? textErrors(schema, value, path) : []),
    ...(typeof value === 'number' ? numberErrors(schema, value, path) : []),
    ...(Array.isArray(value) ? listErrors(schema, value, path, before) : []),
    ...enumErrors(schema, value, path),
    ...(isFields(value) ? objectErrors(schema, value, path, before) : []),
  ]
}

const wrong = (path: string, value: unknown, says: string): FieldError =>
  invalidValue(path, value, `${path} in body ${says}`)

function typeError(schema: Structural, value: unknown, path: string): FieldError | undefined {
  const found = typeOf(value)
  if (schema['x-kubernetes-int-or-string'])
    return found === 'integer' || found === 'string' ? undefined : typeWrong(path, found, 'integer,string')
  const { type } = schema
  if (type === undefined || type === found || (type === 'number' && found === 'integer')) return undefined
  return typeWrong(path, found, type)
}

const typeWrong = (path: string, found: string, type: string): FieldError => ({
  ...wrong(path, found, `must be of type ${type}: ${JSON.stringify(found)}`),
  reason: 'FieldValueTypeInvalid',
})

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** `allOf`, `anyOf`, `oneOf` and `not`. Their errors are said of no field, as the real server says them. */
function conditionErrors(schema: Structural, value: unknown, path: string): FieldError[] {
  const { allOf = [], anyOf, oneOf, not } = schema
  const fails = (part: Structural): FieldError[] => structuralErrors(part, value, path)
  const named = JSON.stringify(path)
  const errors: FieldError[] = []
  if (anyOf && !anyOf.some(part => fails(part).length === 0))
    errors.push(nowhere(`${named} must validate at least one schema (anyOf)`), ...nearest(anyOf, fails))
  if (oneOf) {
    const count = oneOf.filter(part => fails(part).length === 0).length
    const only = `${named} must validate one and only one schema (oneOf).`
    if (count === 0) errors.push(nowhere(`${only} Found none valid`), ...nearest(oneOf, fails))
    else if (count > 1) errors.push(nowhere(`${only} Found ${count} valid alternatives`))
  }
  if (allOf.length > 0) {
    const failed = allOf.flatMap(fails)
    if (failed.length > 0) errors.push(...failed, nowhere(`${named} must validate all the schemas (allOf)`))
  }
  if (not && fails(not).length === 0) errors.push(nowhere(`${named} must not validate the schema (not)`))
  return errors
}

const nowhere = (message: string): FieldError => invalidValue('<nil>', '', message)

/** The errors of the alternative that fits best. */
function nearest(parts: readonly Structural[], fails: (part: Structural) => FieldError[]): FieldError[] {
  return parts.map(fails).reduce((best, found) => (found.length < best.length ? found : best))
}

function textErrors({ minLength, maxLength, pattern, format }: Structural, value: string, path: string): FieldError[] {
  const errors: FieldError[] = []
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(value).length
  if (maxLength !== undefined && length > maxLength)
    errors.push({
      field: path,
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxLength} bytes`,
    })
  if (minLength !== undefined && length < minLength)
    errors.push(wrong(path, value, `should be at least ${minLength} chars long`))
  if (pattern !== undefined && !patternOf(pattern).test(value))
    errors.push(wrong(path, value, `should match '${pattern}'`))
  if (format !== undefined && !isOfFormat(format, value))
    errors.push({
      ...wrong(path, value, `must be of type ${format}: ${JSON.stringify(value)}`),
      reason: 'FieldValueTypeInvalid',
    })
  return errors
}

function numberErrors(schema: Structural, value: number, path: string): FieldError[] {
  const { minimum, maximum, multipleOf, format } = schema
  const errors: FieldError[] = []
  const add = (says: string): void => void errors.push(wrong(path, value, `should be ${says}`))
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) add(`a multiple of ${multipleOf}`)
  if (maximum !== undefined)
    if (schema.exclusiveMaximum === true && value >= maximum) add(`less than ${maximum}`)
    else if (value > maximum) add(`less than or equal to ${maximum}`)
  if (minimum !== undefined)
    if (schema.exclusiveMinimum === true && value <= minimum) add(`greater than ${minimum}`)
    else if (value < minimum) add(`greater than or equal to ${minimum}`)
  if (format === 'int32' && (value > 2 ** 31 - 1 || value < -(2 ** 31)))
    errors.push(nowhere(`Checked value must be of type integer with format int32 in ${path}`))
  return errors
}

function listErrors(schema: Structural, value: readonly unknown[], path: string, before: unknown): FieldError[] {
  const { items, minItems, maxItems, uniqueItems } = schema
  const errors: FieldError[] = []
  if (items) {
    const earlier = earlierItems(schema, before)
    for (const [index, item] of value.entries())
      errors.push(...structuralErrors(items, item, `${path}[${index}]`, earlier(item)))
  }
  if (minItems !== undefined && value.length < minItems)
    errors.push(wrong(path, value.length, `should have at least ${minItems} items`))
  if (maxItems !== undefined && value.length > maxItems)
    errors.push({
      field: path,
      reason: 'FieldValueTooMany',
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
    })
  if (uniqueItems === true && value.some((item, index) => value.slice(0, index).some(other => isEqual(item, other))))
    errors.push(wrong(path, '', "shouldn't contain duplicates"))
  return errors
}

/** Which item of the list before is the same one: only lists with keys can tell. */
export function earlierItems(schema: Structural, before: unknown): (item: unknown) => unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(before)) return () => undefined
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const same = (a: unknown, b: unknown): boolean =>
    isFields(a) && isFields(b) && keys.every(key => isEqual(a[key], b[key]))
  return item => before.find((other: unknown) => same(item, other))
}

function enumErrors({ enum: allowed }: Structural, value: unknown, path: string): FieldError[] {
  if (allowed === undefined || allowed.some(item => isEqual(item, value))) return []
  return [
    unsupportedValue(
      path,
      value,
      allowed.map(item => (typeof item === 'string' ? item : JSON.stringify(item))),
    ),
  ]
}

function objectErrors(schema: Structural, value: object, path: string, before: unknown): FieldError[] {
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema
  const entries = Object.entries(value)
  const errors: FieldError[] = []
  if (minProperties !== undefined && entries.length < minProperties)
    errors.push(wrong(path, entries.length, `should have at least ${minProperties} properties`))
  if (maxProperties !== undefined && entries.length > maxProperties)
    errors.push({
      field: path,
      reason: 'FieldValueTooMany',
      message: `Too many: ${entries.length}: must have at most ${maxProperties} items`,
    })
  const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
  for (const [key, part] of entries) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : values
    const earlier = isFields(before) && Object.hasOwn(before, key) ? before[key] : undefined
    if (inner && part !== undefined) errors.push(...structuralErrors(inner, part, under(path, key), earlier))
  }
  for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) errors.push(required(under(path, key)))
  return errors
}

export const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
