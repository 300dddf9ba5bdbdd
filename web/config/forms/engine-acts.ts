import type { Edit } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'
import { valueAt } from '#web/config/editor/path.ts'
import { casesThere, isRecord, isSaid, type Shown } from './engine.ts'
import { type EntryField, type EntryProblem, isProblem, parse, print } from './engine-entry.ts'
import type { Case, OneOfField } from './form.ts'

/**
 * What a hand does in a control, as edits of the text. None: nothing changes. What is written otherwise than the form
 * knows is never touched.
 */
export function write<Texts>(shown: Shown<Texts>, value: unknown): Edit[] {
  if (shown.state === 'otherwise' || isEqual(shown.value ?? undefined, value)) return []
  return value === undefined ? clear(shown) : [{ op: 'set', path: [...shown.path], value }]
}

/** The field goes, and with it the groups that hold nothing any more. What has to stay is emptied instead. */
export function clear<Texts>(shown: Shown<Texts>): Edit[] {
  const { path, around, floor, state, field } = shown
  if (state === 'otherwise' || valueAt(around.object, path) === undefined) return []
  if (field.at.length > 0) return [{ op: 'remove', path: emptied(around.object, path, floor) }]
  const nothing = { group: {}, map: {}, labels: {}, pairs: {}, oneOf: {}, list: [], chips: [], shares: [] } as Record<
    string,
    unknown
  >
  const left = field.type === 'text' || field.type === 'duration' ? '' : (nothing[field.type] ?? null)
  return isEqual(shown.value, left) ? [] : [{ op: 'set', path: [...path], value: left }]
}

/** The outermost thing that holds only this, above what stays. */
function emptied(object: Json, path: Path, floor: number): (string | number)[] {
  let last = path.length
  while (last - 1 > floor && typeof path[last - 1] === 'string') {
    const holder = valueAt(object, path.slice(0, last - 1))
    if (!isRecord(holder) || Object.keys(holder).length > 1) break
    last--
  }
  return path.slice(0, last)
}

/** A text in a line: what is shown there already changes nothing, however it is written in the YAML. */
export function enter<Texts>(
  shown: Shown<Texts, EntryField<Texts>>,
  entry: string,
): { edits: Edit[] } | { problem: EntryProblem } {
  if (shown.state === 'otherwise' || entry === print(shown.field, shown.value)) return { edits: [] }
  const parsed = parse(shown.field, entry)
  if (isProblem(parsed)) return parsed
  const edits = write(shown, parsed.value)
  return { edits: edits.length === 0 ? edits : [...edits, ...brought(shown, entry)] }
}

/** What the word says of its neighbours, as far as they say something else. */
function brought<Texts>({ field, path, around }: Shown<Texts, EntryField<Texts>>, entry: string): Edit[] {
  const beside = field.type === 'text' ? field.brings?.(entry) : undefined
  const above = path.slice(0, -1)
  return Object.entries(beside ?? {})
    .filter(([key, value]) => !isEqual(valueAt(around.object, [...above, key]), value))
    .map(([key, value]) => ({ op: 'set', path: [...above, key], value }))
}

/* ---- chips ---- */

const itemsOf = ({ value }: { value: unknown }): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])

/** Behind the others; what is there already is not said twice. */
export function addChips<Texts>(shown: Shown<Texts>, entries: readonly (string | number)[]): Edit[] {
  if (shown.state === 'otherwise') return []
  const there = itemsOf(shown)
  const fresh = [...new Set(entries)].filter(entry => !there.includes(entry))
  if (fresh.length === 0) return []
  if (there.length === 0) return [{ op: 'set', path: [...shown.path], value: fresh }]
  return fresh.map((value, index) => ({ op: 'insert', path: [...shown.path, there.length + index], value }))
}

/** Several in one text, as people paste them: by commas, blanks or lines. */
export const chipsIn = (entry: string): string[] =>
  entry
    .split(/[\s,;]+/)
    .map(each => each.replace(/^(["'])(.*)\1$/, '$2'))
    .filter(each => each !== '')

/* ---- names with texts ---- */

export function setPair<Texts>(shown: Shown<Texts>, name: string, value: string): Edit[] {
  if (shown.state === 'otherwise' || (isRecord(shown.value) && shown.value[name] === value)) return []
  return [{ op: 'set', path: [...shown.path, name], value }]
}

export const removeName = <Texts>(shown: Shown<Texts>, name: string): Edit[] => removeInside(shown, name)

/** The name changes, what stands behind it stays where it is. */
export function renameName<Texts>(shown: Shown<Texts>, name: string, to: string): Edit[] {
  if (shown.state === 'otherwise' || !isRecord(shown.value) || !Object.hasOwn(shown.value, name)) return []
  if (name === to || to === '' || Object.hasOwn(shown.value, to)) return []
  return [{ op: 'rename', path: [...shown.path, name], value: to }]
}

export function addName<Texts>(shown: Shown<Texts>, name: string, value: unknown): Edit[] {
  const isThere = isRecord(shown.value) && Object.hasOwn(shown.value, name)
  return shown.state === 'otherwise' || isThere || name === ''
    ? []
    : [{ op: 'set', path: [...shown.path, name], value }]
}

/* ---- entries ---- */

export function addEntry<Texts>(shown: Shown<Texts>, value: unknown, at?: number): Edit[] {
  if (shown.state === 'otherwise') return []
  const count = itemsOf(shown).length
  if (count === 0) return [{ op: 'set', path: [...shown.path], value: [value] }]
  return [{ op: 'insert', path: [...shown.path, at ?? count], value }]
}

export const removeEntry = <Texts>(shown: Shown<Texts>, index: number): Edit[] => removeInside(shown, index)

export function moveEntry<Texts>(shown: Shown<Texts>, index: number, to: number): Edit[] {
  const count = itemsOf(shown).length
  const isWithin = [index, to].every(each => each >= 0 && each < count)
  return shown.state === 'otherwise' || !isWithin || index === to
    ? []
    : [{ op: 'move', path: [...shown.path, index], value: to }]
}

/** The same once more, behind it. */
export const copyEntry = <Texts>(shown: Shown<Texts>, index: number): Edit[] =>
  itemsOf(shown)[index] === undefined ? [] : addEntry(shown, itemsOf(shown)[index], index + 1)

/** The last one takes the whole with it. */
function removeInside<Texts>(shown: Shown<Texts>, step: string | number): Edit[] {
  const { value, state } = shown
  if (state === 'otherwise' || typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return []
  return Object.keys(value).length === 1 ? clear(shown) : [{ op: 'remove', path: [...shown.path, step] }]
}

/* ---- one of several ---- */

/** Another shape; a text goes along where the other one takes a text too. Null: none of them. */
export function chooseCase<Texts>(shown: Shown<Texts, OneOfField<Texts>>, chosen: Case<Texts> | null): Edit[] {
  const { field, path, value, state } = shown
  if (state === 'otherwise') return []
  const there = casesThere(field, value)
  const holder = isRecord(value) ? value : {}
  if (chosen === null) return there.length === 0 ? [] : withoutKeys(shown, there)
  if (there.length === 1 && there[0] === chosen) return []
  const edits: Edit[] = []
  if (field.tag !== undefined && chosen.tag !== undefined && holder[field.tag] !== chosen.tag)
    edits.push({ op: 'set', path: [...path, field.tag], value: chosen.tag })
  if (chosen.value !== undefined && !isSaid(holder[chosen.key]))
    edits.push({ op: 'set', path: [...path, chosen.key], value: carried(holder, there, chosen) })
  const gone = there.filter(each => each !== chosen && each.key !== chosen.key && Object.hasOwn(holder, each.key))
  return [...edits, ...gone.map(({ key }): Edit => ({ op: 'remove', path: [...path, key] }))]
}

function carried<Texts>(holder: Json, there: readonly Case<Texts>[], chosen: Case<Texts>): unknown {
  const [old] = there.map(({ key }) => holder[key])
  return chosen.value === '' && typeof old === 'string' ? old : chosen.value
}

function withoutKeys<Texts>(
  { field, path, value, around, floor }: Shown<Texts, OneOfField<Texts>>,
  there: readonly Case<Texts>[],
): Edit[] {
  const holder = isRecord(value) ? value : {}
  const keys = new Set([...there.map(({ key }) => key), ...(field.tag === undefined ? [] : [field.tag])])
  const gone = [...keys].filter(key => Object.hasOwn(holder, key))
  if (gone.length === 0) return []
  const isAll = gone.length === Object.keys(holder).length
  // A holder that stays (an entry, what a case stands for) is left empty.
  if (isAll && path.length > floor) return [{ op: 'remove', path: emptied(around.object, path, floor) }]
  return gone.map(key => ({ op: 'remove', path: [...path, key] }))
}
