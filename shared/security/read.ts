import type { Json } from '#shared/mesh/object.ts'

/** Doors into manifests as people write them: what is not as expected is empty, never an exception. */

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const record = (value: unknown): Json => (isRecord(value) ? value : {})

export const records = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : [])

export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const textMap = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record(value)).flatMap(([key, entry]) =>
      typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean'
        ? [[key, String(entry)]]
        : [],
    ),
  )

/** Not given, as Kubernetes sees it. */
export const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** Are all labels of the selector on it? */
export function covers(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  for (const key in selector) if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false
  return true
}
