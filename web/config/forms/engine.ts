import type { Inventory } from '#shared/config/api.ts'
import type { Json, Path } from '#shared/mesh/object.ts'
import type { Around, Case, Field } from './form.ts'

/**
 * A field where it stands in an object: what its control has to show. It is read from the object anew each time, and
 * holds all that an act needs to become edits.
 */
export interface Shown<Texts = never, Of extends Field<Texts> = Field<Texts>> {
  field: Of
  /** From the object. */
  path: Path
  /** What stands there; null is as nothing. */
  value: unknown
  around: Around
  /** `otherwise`: something of another shape stands there or on the way. It is shown where it is, and never touched. */
  state: 'absent' | 'fits' | 'otherwise'
  /** Groups that become empty are taken away too, up to a path of this length: that stays. */
  floor: number
}

/** What holds fields: an object, a group, an entry of a list or a map, what stands behind a case's key. */
export interface Holder {
  path: Path
  value: unknown
  floor: number
}

/** `spec: {}` says something in most kinds, and nothing without `spec` is an object of the mesh. */
export const wholeObject = (object: Json): Holder => ({ path: [], value: object, floor: 1 })

/** The fields of a holder that are shown: those whose time it is, and those that have a value. */
export function shownIn<Texts>(
  fields: readonly Field<Texts>[],
  holder: Holder,
  object: Json,
  inventory: Inventory | null,
): Shown<Texts>[] {
  const around: Around = { value: holder.value, object, inventory }
  return fields.flatMap(field => {
    const { value, isBlocked } = reach(holder.value, field.at)
    const isOther = isBlocked || !fits(field, value)
    const isThere = field.type === 'oneOf' ? casesThere(field, value).length > 0 : isSaid(value)
    if (!isOther && !isThere && field.when?.(around) === false) return []
    const state = isOther ? 'otherwise' : isThere ? 'fits' : 'absent'
    return [{ field, path: [...holder.path, ...field.at], value, around, state, floor: holder.floor }]
  })
}

/** Null says what nothing says: an API server drops it. */
export const isSaid = (value: unknown): boolean => value !== undefined && value !== null

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a path leads to; blocked where something stands on the way that has no fields. */
function reach(value: unknown, at: Path): { value: unknown; isBlocked: boolean } {
  let here = value
  for (const step of at) {
    if (!isSaid(here)) return { value: undefined, isBlocked: false }
    if (typeof step === 'number' ? !Array.isArray(here) : !isRecord(here)) return { value: here, isBlocked: true }
    here = Object.hasOwn(here as object, step) ? (here as Record<string | number, unknown>)[step] : undefined
  }
  return { value: here, isBlocked: false }
}

/** Whether a control of this type can show the value and write it back the same. */
export function fits<Texts>(field: Field<Texts>, value: unknown): boolean {
  if (!isSaid(value)) return true
  switch (field.type) {
    case 'text':
      return isLine(value, field.isLong) || (field.isNumberToo === true && Number.isSafeInteger(value))
    case 'duration':
    case 'choice':
      return isLine(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && (field.isFraction === true || isWhole(value))
    case 'flag':
      return typeof value === 'boolean'
    case 'chips':
      return Array.isArray(value) && value.every(each => (field.of === 'text' ? isLine(each) : isWhole(each)))
    case 'labels':
    case 'pairs':
      return isRecord(value) && Object.values(value).every(each => isLine(each))
    case 'group':
    case 'map':
      return isRecord(value)
    case 'oneOf':
      return isRecord(value) && (field.tag === undefined || !isSaid(value[field.tag]) || isLine(value[field.tag]))
    case 'list':
      return Array.isArray(value)
    case 'shares':
      return (
        Array.isArray(value) &&
        value.every(entry => isRecord(entry) && (!isSaid(entry[field.weight]) || isWhole(entry[field.weight])))
      )
  }
}

/** A text that one line shows as it is; a long field takes several. */
const isLine = (value: unknown, isLong = false): value is string =>
  typeof value === 'string' && (isLong || !/[\n\r]/.test(value))
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

/* ---- what is inside ---- */

/** What a group holds its fields in. One whose emptiness means something stays when its last field goes. */
export const insideGroup = <Texts>({ field, path, value, floor }: Shown<Texts>): Holder => ({
  path,
  value,
  floor: field.type === 'group' && field.empty !== undefined ? path.length : floor,
})

/** A group whose emptiness means something has to be added before it has fields. */
export const isOpenable = <Texts>({ field, state }: Shown<Texts>): boolean =>
  field.type === 'group' && (field.empty === undefined || state === 'fits')

/** Entries stay when their last field goes: an empty rule is a rule. */
export const entriesOf = <Texts>({ path, value }: Shown<Texts>): Holder[] =>
  Array.isArray(value)
    ? value.map((entry: unknown, index) => ({ path: [...path, index], value: entry, floor: path.length + 1 }))
    : []

export const namedEntriesOf = <Texts>({ path, value }: Shown<Texts>): (Holder & { name: string })[] =>
  isRecord(value)
    ? Object.entries(value).map(([name, entry]) => ({
        name,
        path: [...path, name],
        value: entry,
        floor: path.length + 1,
      }))
    : []

/** What stands behind a case's key. */
export const insideCase = <Texts>({ path, value }: Shown<Texts>, { key }: Case<Texts>): Holder => ({
  path: [...path, key],
  value: isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined,
  floor: path.length + 1,
})

/** The cases that are there: one, where all is well. */
export function casesThere<Texts>(
  field: { cases: readonly Case<Texts>[]; tag?: string },
  value: unknown,
): readonly Case<Texts>[] {
  if (!isRecord(value)) return []
  const tag = field.tag === undefined ? undefined : value[field.tag]
  return field.cases.filter(
    each =>
      (each.tag !== undefined && each.tag === tag) || (Object.hasOwn(value, each.key) && value[each.key] !== undefined),
  )
}

/** All fields shown of an object, from outside to inside, as deep as something stands there. */
export function everyShown<Texts>(
  fields: readonly Field<Texts>[],
  object: Json,
  inventory: Inventory | null,
): Shown<Texts>[] {
  const walk = (here: readonly Field<Texts>[], holder: Holder): Shown<Texts>[] =>
    shownIn(here, holder, object, inventory).flatMap(shown => [shown, ...inside(shown)])
  const inside = (shown: Shown<Texts>): Shown<Texts>[] => {
    if (shown.state === 'otherwise') return []
    const { field } = shown
    switch (field.type) {
      case 'group':
        return isOpenable(shown) ? walk(field.fields, insideGroup(shown)) : []
      case 'list':
        return entriesOf(shown).flatMap(entry => walk(field.item, entry))
      case 'map':
        return namedEntriesOf(shown).flatMap(entry => walk(field.item, entry))
      case 'oneOf':
        return casesThere(field, shown.value).flatMap(each => walk(each.fields, insideCase(shown, each)))
      default:
        return []
    }
  }
  return walk(fields, wholeObject(object))
}
