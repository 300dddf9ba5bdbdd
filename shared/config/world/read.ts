import type { Json } from '#shared/mesh/object.ts'

/** Doors into manifests as people write them: what is not as expected is empty, never an exception. */

export const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** Objects of a list; what is no object in it is an empty one, so that places stay what they are. */
export const items = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : [])

export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Labels and selectors: numbers and booleans that somebody forgot to quote count as their text. */
export function textMap(value: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, entry] of Object.entries(record(value)))
    if (typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean') found[key] = String(entry)
  return found
}

export const has = (value: Json, key: string): boolean => value[key] !== undefined && value[key] !== null

/** Follows names into nested objects. */
export const at = (value: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>((inner, name) => record(inner)[name], value)

/** Containers of what a workload's `spec.template` makes. */
export const containersIn = (spec: unknown): Json[] => items(at(spec, 'template', 'spec', 'containers'))
