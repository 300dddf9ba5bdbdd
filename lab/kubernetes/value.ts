/** Plain JSON values: stored objects are frozen, compared by content and copied before they are changed. */

export type Json = null | boolean | number | string | Json[] | Fields
export interface Fields {
  [key: string]: unknown
}

/** A JSON object, and not an array or null. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object, or an empty one: for reading what people may have written in any shape. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

/** The value as a list of objects; anything else in it is left out. */
export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

export const textOf = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise)

export const numberOf = (value: unknown, otherwise = 0): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise

/** The strings of a string map; other values are left out. */
export const stringsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(fieldsOf(value)).filter((pair): pair is [string, string] => isText(pair[1])))

/** A value in a message or a table: text as it is, anything else as JSON. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'))

const isText = (value: unknown): value is string => typeof value === 'string'

/** Freezes in place. A part that is frozen already is taken to be frozen all through: pods share such parts. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}

/** Same content, whatever the order of keys. A key with `undefined` counts as absent. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isEqual(item, b[index]))
  if (!isFields(a) || !isFields(b)) return false
  const keys = Object.keys(a).filter(key => a[key] !== undefined)
  if (keys.length !== Object.keys(b).filter(key => b[key] !== undefined).length) return false
  return keys.every(key => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
}

/** What a dotted path (`.spec.template`, `spec.hosts`) leads to. */
export function at(value: unknown, path: string): unknown {
  let here = value
  for (const step of path.split('.')) {
    if (step === '') continue
    if (!isFields(here) || !Object.hasOwn(here, step)) return undefined
    here = here[step]
  }
  return here
}

/** JSON with sorted keys: equal values give equal text. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (!isFields(value)) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalText(part)}`).join(',')}}`
}
