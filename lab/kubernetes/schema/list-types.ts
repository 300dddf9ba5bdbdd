import { duplicateValue, type FieldError, required } from '#lab/kubernetes/api/status.ts'
import { canonicalText, type Fields, isFields } from '#lab/kubernetes/value.ts'
import type { Structural } from './structural.ts'
import { under } from './structural-errors.ts'

/** Lists that are sets or maps hold each key once (Kubernetes documentation, "Merge strategy": `x-kubernetes-list-type`). */
export function listTypeErrors(schema: Structural, value: unknown, path: string): FieldError[] {
  if (!hasListTypes(schema)) return []
  if (Array.isArray(value)) {
    const { items } = schema
    return [
      ...ownErrors(schema, value, path),
      ...(items ? value.flatMap((item, index) => listTypeErrors(items, item, `${path}[${index}]`)) : []),
    ]
  }
  if (!isFields(value)) return []
  const { properties = {}, additionalProperties } = schema
  const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
  return Object.entries(value).flatMap(([key, part]) => {
    const inner = Object.hasOwn(properties, key) ? properties[key] : values
    return inner ? listTypeErrors(inner, part, under(path, key)) : []
  })
}

function ownErrors(schema: Structural, list: readonly unknown[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return duplicates(list, path)
  if (type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const errors = list.flatMap((item, index) =>
    isFields(item)
      ? keys
          .filter(key => !Object.hasOwn(item, key) && schema.items?.properties?.[key]?.default === undefined)
          .filter(key => schema.items?.required?.includes(key) !== true)
          .map(key => required(`${path}[${index}].${key}`, 'this value is required because it is a list map key'))
      : [],
  )
  const named = list.map(item => (isFields(item) ? keyOf(item, keys) : item))
  return errors.length > 0 ? errors : duplicates(named, path)
}

const keyOf = (item: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.filter(key => Object.hasOwn(item, key)).map(key => [key, item[key]]))

function duplicates(list: readonly unknown[], path: string): FieldError[] {
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const text = canonicalText(item)
    if (seen.has(text)) return [duplicateValue(`${path}[${index}]`, item)]
    seen.add(text)
    return []
  })
}

const remembered = new WeakMap<Structural, boolean>()

function hasListTypes(schema: Structural): boolean {
  const found = remembered.get(schema)
  if (found !== undefined) return found
  const { properties = {}, items, additionalProperties } = schema
  const inner = [...Object.values(properties), items, additionalProperties].filter(part => typeof part === 'object')
  const type = schema['x-kubernetes-list-type']
  const answer = type === 'set' || type === 'map' || inner.some(hasListTypes)
  remembered.set(schema, answer)
  return answer
}
