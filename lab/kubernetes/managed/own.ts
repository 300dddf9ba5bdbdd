import type { Fields } from '#lab/kubernetes/value.ts'
import { type Entry, isSameManaged, isSameManager, type Manager } from './entries.ts'
import { difference, type FieldSet, intersection, isEmpty, leaf, none, union, without } from './field-set.ts'
import { compare, type Comparison, fieldsIn, merge, remove, withNamed } from './fields.ts'
import type { Shape } from './shape.ts'

/** What a write makes of who owns what (Kubernetes documentation, "Server-Side Apply", "Field management"). */

/** The metadata that only the server writes: nobody owns them. */
export const servers: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'resourceVersion',
  'managedFields',
])

const nobodys: FieldSet = {
  'f:apiVersion': leaf,
  'f:kind': leaf,
  'f:metadata': { '.': leaf, ...Object.fromEntries([...servers].map(name => [`f:${name}`, leaf])) },
}

export const ownable = (fields: FieldSet): FieldSet => difference(fields, nobodys)

/** Whoever changes a field owns it from now on, alone; what is gone is nobody's. */
export function afterUpdate(entries: readonly Entry[], me: Manager, change: Comparison, time: string): Entry[] {
  const mine = ownable(union(change.added, change.modified))
  const left = release(entries, union(mine, change.removed))
  if (isEmpty(mine)) return left
  const kept = left.find(entry => isSameManager(entry, me))
  const entry: Entry = { ...me, time, fields: union(kept?.fields ?? none, mine) }
  return [...left.filter(other => !isSameManager(other, me)), entry]
}

function release(entries: readonly Entry[], fields: FieldSet): Entry[] {
  return entries
    .map(entry => ({ ...entry, fields: difference(entry.fields, fields) }))
    .filter(entry => !isEmpty(entry.fields))
}

export interface Conflict {
  owner: Entry
  fields: FieldSet
}

export interface Applied {
  object: Fields
  entries: Entry[]
  /** Fields of others that the applied object would change. */
  conflicts: Conflict[]
}

/** Lays an applied object over the live one: what the manager no longer names goes where nobody else owns it. */
export function afterApply(
  shape: Shape,
  live: Fields,
  applied: Fields,
  given: { entries: readonly Entry[]; me: Manager; time: string; ignored: FieldSet },
): Applied {
  const { entries, me } = given
  const last = entries.find(entry => isSameManager(entry, me))
  const others = entries.filter(entry => !isSameManager(entry, me))
  const mine = without(fieldsIn(shape, applied), given.ignored)
  const merged = merge(shape, live, applied) as Fields
  const object = last ? prune(shape, merged, last.fields, [mine, ...others.map(entry => entry.fields)]) : merged
  const change = compare(shape, live, object)
  const changed = union(change.added, change.modified)
  const conflicts = others
    .map(owner => ({ owner, fields: intersection(owner.fields, changed) }))
    .filter(conflict => !isEmpty(conflict.fields))
  const isStill = isEmpty(changed) && isEmpty(change.removed)
  const entry: Entry = { ...me, time: isStill && last?.time ? last.time : given.time, fields: ownable(mine) }
  const after = [...release(others, union(changed, change.removed)), ...(isEmpty(entry.fields) ? [] : [entry])]
  return { object, entries: isStill && isSameManaged(entries, after) ? [...entries] : after, conflicts }
}

/** Takes away what was applied last time and is not owned any more, by anyone. */
function prune(shape: Shape, merged: Fields, last: FieldSet, owned: readonly FieldSet[]): Fields {
  const names = (set: FieldSet) => withNamed(shape, set)
  const fieldsOf = (value: unknown) => names(fieldsIn(shape, value))
  const all = fieldsOf(merged)
  const bare = remove(shape, merged, names(last))
  // Back comes what somebody owns …
  const kept = union(fieldsOf(bare), names(owned.reduce(union, none)))
  const withOwned = remove(shape, merged, difference(all, kept))
  // … and what was never applied by this manager, such as defaults beside its fields.
  return remove(shape, merged, intersection(difference(all, fieldsOf(withOwned)), names(last))) as Fields
}
