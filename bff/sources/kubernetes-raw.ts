/** Doors into JSON that others wrote: what is not as expected is empty, never an exception. */

export type Json = Record<string, unknown>

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** Follows names into nested objects: `record` at every step. */
export function at(value: unknown, ...names: string[]): Json {
  return names.reduce((inner, name) => record(inner[name]), record(value))
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : []
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function count(value: unknown, otherwise = 0): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}

/** Labels, annotations, selectors: what is not text is left out. */
export function texts(value: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, word] of Object.entries(record(value))) if (typeof word === 'string') found[name] = word
  return found
}
