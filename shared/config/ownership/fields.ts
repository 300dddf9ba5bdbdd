import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, ManagedFields, Path } from '#shared/mesh/object.ts'

/** Kubernetes docs, "Server-Side Apply", managedFields: `f:name`, `k:{"key":value}`, `v:value`, `i:index`, `.` = the thing itself. */

export interface OwnedField {
  manager: string
  operation: string
  subresource: string
  /** Milliseconds since the epoch; null where the server did not say. */
  time: number | null
  paths: Path[]
}

/** Who owns which fields. Places in lists are told by their present index; what the object no longer has is left out. */
export function ownedFields(object: Json, managedFields: readonly ManagedFields[]): OwnedField[] {
  return managedFields.map(entry => ({
    manager: entry.manager ?? 'unknown',
    operation: entry.operation ?? '',
    subresource: entry.subresource ?? '',
    time: entry.time === undefined ? null : Date.parse(entry.time) || null,
    paths: pathsIn(entry.fieldsV1 ?? {}, object, []),
  }))
}

function pathsIn(fields: Json, value: unknown, path: Path): Path[] {
  const inner = Object.entries(fields).filter(([key]) => key !== '.')
  if (inner.length === 0) return path.length === 0 ? [] : [path]
  const found: Path[] = []
  for (const [key, rest] of inner) {
    const place = placeOf(key, value)
    if (place === undefined) continue
    const part = (value as Record<string | number, unknown>)[place]
    if (part === undefined) continue
    found.push(...pathsIn((rest ?? {}) as Json, part, [...path, place]))
  }
  return found
}

function placeOf(key: string, value: unknown): string | number | undefined {
  const said = key.slice(2)
  if (key.startsWith('f:')) return said
  if (!Array.isArray(value)) return undefined
  if (key.startsWith('i:')) return Number(said)
  const wanted = parsed(said)
  const index = key.startsWith('v:')
    ? value.findIndex(item => isEqual(item, wanted))
    : value.findIndex(item => isPart(wanted, item))
  return index < 0 ? undefined : index
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isPart = (wanted: unknown, item: unknown): boolean =>
  typeof wanted === 'object' &&
  wanted !== null &&
  typeof item === 'object' &&
  item !== null &&
  Object.entries(wanted).every(([key, value]) => isEqual((item as Json)[key], value))

/** The last change of what the object says (its status left out): when, and by whom. */
export function lastChange(managedFields: readonly ManagedFields[]): { at: number | null; manager: string } | null {
  let found: { at: number | null; manager: string } | null = null
  for (const { manager = 'unknown', time, subresource } of managedFields) {
    if (subresource !== undefined && subresource !== '') continue
    const at = time === undefined ? null : Date.parse(time) || null
    if (found === null || (at ?? 0) >= (found.at ?? 0)) found = { at, manager }
  }
  return found
}
