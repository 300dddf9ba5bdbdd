import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, ManagedFields } from '#shared/mesh/object.ts'
import { lastChange } from '#shared/config/ownership/fields.ts'
import { record } from '#shared/config/world/read.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/**
 * Who made an object what it is, and when, as its managedFields tell: the newest of the entries that are not as they were
 * before, for times are whole seconds and several may write within one. Who only lost fields to another did not write.
 */
export function writerOf(
  before: readonly ManagedFields[],
  after: readonly ManagedFields[],
): { at: EpochMilliseconds | null; manager: string } | null {
  const other = after.filter(entry => !before.some(known => isEqual(known, entry)))
  const wrote = other.filter(entry => !before.some(known => hasOnlyLost(known, entry)))
  return lastChange(wrote) ?? lastChange(other) ?? lastChange(after)
}

const hasOnlyLost = ({ fieldsV1: had, ...known }: ManagedFields, { fieldsV1: has, ...entry }: ManagedFields): boolean =>
  isEqual(known, entry) && isWithin(has ?? {}, had ?? {})

const isWithin = (fields: Json, more: Json): boolean =>
  Object.entries(fields).every(([key, inner]) => Object.hasOwn(more, key) && isWithin(record(inner), record(more[key])))

/** The moment of a write: the server tells the second, and of that second the part nearest to when we saw it. */
export const momentOf = (told: EpochMilliseconds | null, seen: EpochMilliseconds): EpochMilliseconds =>
  told === null ? seen : Math.max(told, Math.min(seen, told + 999))
