import { type Fields, fieldsOf, isFields } from '#lab/kubernetes/value.ts'
import type { Structural } from './structural.ts'

/** The fields that every object has, whatever its schema says. */
const typeMeta = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * Drops what a schema does not know and the nulls it does not take, as the API server does before it stores an object
 * of a CustomResourceDefinition (Kubernetes documentation, "Field pruning", "Defaulting and Nullable"). Places of unknown
 * fields are added to `unknown`. What is not changed is not copied.
 */
export function prune(schema: Structural, object: Fields, unknown: string[]): Fields {
  return pruneObject(schema, object, '', true, unknown)
}

function pruneValue(schema: Structural, value: unknown, path: string, unknown: string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return value
    return mapped(value, (item, index) => pruneValue(items, item, `${path}[${index}]`, unknown))
  }
  return isFields(value)
    ? pruneObject(schema, value, path, schema['x-kubernetes-embedded-resource'] === true, unknown)
    : value
}

function pruneObject(schema: Structural, value: Fields, path: string, isWhole: boolean, unknown: string[]): Fields {
  const { properties = {}, additionalProperties } = schema
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties === true
  const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
  let changed = false
  const result: Fields = {}
  for (const [key, part] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`
    const inner = Object.hasOwn(properties, key) ? properties[key] : values
    if (isWhole && typeMeta.has(key)) result[key] = part
    else if (inner === undefined) {
      if (isOpen) result[key] = part
      else {
        unknown.push(place)
        changed = true
      }
    } else if (part === null && inner.nullable !== true) changed = true
    else {
      const kept = pruneValue(inner, part, place, unknown)
      changed ||= kept !== part
      result[key] = kept
    }
  }
  return changed ? result : value
}

function mapped(list: readonly unknown[], change: (item: unknown, index: number) => unknown): unknown[] {
  const result = list.map(change)
  return result.every((item, index) => item === list[index]) ? (list as unknown[]) : result
}

/** Fills in the defaults of a schema, from the outside in: a default may hold fields that have defaults. */
export const withSchemaDefaults = (schema: Structural, object: Fields): Fields => fieldsOf(defaulted(schema, object))

function defaulted(schema: Structural, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined || !hasDefaults(items) ? value : mapped(value, item => defaulted(items, item))
  }
  if (!isFields(value) || !hasDefaults(schema)) return value
  const { properties = {}, additionalProperties } = schema
  let result = value
  const put = (key: string, part: unknown): void => {
    if (part === value[key]) return
    if (result === value) result = { ...value }
    result[key] = part
  }
  for (const [key, inner] of Object.entries(properties)) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined
    const part = given === undefined ? structuredClone(inner.default) : given
    if (part !== undefined) put(key, defaulted(inner, part))
  }
  if (typeof additionalProperties === 'object')
    for (const key of Object.keys(value))
      if (!Object.hasOwn(properties, key)) put(key, defaulted(additionalProperties, value[key]))
  return result
}

const remembered = new WeakMap<Structural, boolean>()

/** Whether anything in a schema has a default. Most have none: their objects are not walked. */
function hasDefaults(schema: Structural): boolean {
  const found = remembered.get(schema)
  if (found !== undefined) return found
  const { properties = {}, items, additionalProperties } = schema
  const inner = [...Object.values(properties), items, additionalProperties].filter(part => typeof part === 'object')
  const answer = schema.default !== undefined || inner.some(hasDefaults)
  remembered.set(schema, answer)
  return answer
}
