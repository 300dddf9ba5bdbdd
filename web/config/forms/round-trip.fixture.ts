import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Edit } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { groupOf, type Json, type Path, pathText } from '#shared/mesh/object.ts'
import { edit, textOf } from '#web/config/editor/edit.ts'
import { read, spanOf } from '#web/config/editor/manifest.ts'
import { valueAt } from '#web/config/editor/path.ts'
import type { Book } from './book.ts'
import { casesThere, everyShown, isRecord, isSaid, type Shown } from './engine.ts'
import { addChips, chooseCase, clear, enter, setPair, write } from './engine-acts.ts'
import { isProblem, parse, print } from './engine-entry.ts'
import { restOf } from './engine-rest.ts'
import { setWeights, weightsOf } from './engine-shares.ts'
import type { Field, Form } from './form.ts'
import { anObject, aTextOf } from './generate.fixture.ts'

/**
 * The law of forms (issue 4, point 2): YAML → form → YAML changes nothing. Three claims of every field that is shown:
 * what it shows is what it writes; committing it as it is gives no edits; changing it and changing it back gives the
 * same object with the same comments elsewhere. What is written otherwise is never touched.
 */

type Any = Field<never>

/** All fields that are shown of an object. */
export const allFields = (form: Form<never>, object: Json): Shown<never>[] => everyShown(form.fields, object, null)

/** What a form does wrong with a text, in words; nothing: it keeps the law. `which` picks fields to change and change back. */
export function breaches(form: Form<never>, text: string, which: (count: number) => readonly number[]): string[] {
  const object = valueOf(text)
  if (object === null) return ['the text cannot be read']
  const all = allFields(form, object)
  return [
    ...all.flatMap(shown => unfaithful(shown).map(what => `${nameOf(shown)}: ${what}`)),
    ...uncovered(form, object, all),
    ...which(all.length).flatMap(index => {
      const shown = all[index]
      return shown === undefined
        ? []
        : changedAndBack(form, text, object, shown).map(what => `${nameOf(shown)}: ${what}`)
    }),
  ]
}

const nameOf = ({ field, path }: Shown<never>): string => `${field.type} at ${pathText(path)}`
const valueOf = (text: string): Json | null => read(text).manifests[0]?.value ?? null

/** What a control shows, written again as it is. */
function unfaithful(shown: Shown<never>): string[] {
  const { field, value, state } = shown
  const wrong: string[] = []
  const expectNone = (what: string, edits: readonly Edit[]) => {
    if (edits.length > 0) wrong.push(`${what} gives edits: ${JSON.stringify(edits)}`)
  }
  if (state === 'otherwise') {
    expectNone('writing over what is written otherwise', write(shown, 'x'))
    expectNone('clearing what is written otherwise', clear(shown))
    return wrong
  }
  expectNone('writing what is there', write(shown, isSaid(value) ? value : undefined))
  if (field.type === 'text' || field.type === 'number' || field.type === 'duration') {
    const printed = print(field, value)
    const entered = enter({ ...shown, field }, printed)
    if (isProblem(entered)) wrong.push(`what it shows cannot be entered: ${printed}`)
    else expectNone('entering what it shows', entered.edits)
    // Numbers out of range and durations of another grammar, blanks among them, are shown and left alone; what parses
    // must mean the same.
    const parsed = parse(field, printed)
    const isBlank = field.type === 'text' ? value === '' : printed.trim() === ''
    if (isSaid(value) && !isBlank && !isProblem(parsed) && !isEqual(parsed.value, value))
      wrong.push(`${JSON.stringify(value)} is shown as ${printed}, which means ${JSON.stringify(parsed.value)}`)
  }
  if (field.type === 'chips') expectNone('adding what is there', addChips(shown, (value as string[] | undefined) ?? []))
  if (field.type === 'labels' || field.type === 'pairs')
    for (const [name, each] of Object.entries((value as Record<string, string> | undefined) ?? {}))
      expectNone('setting what is there', setPair(shown, name, each))
  if (field.type === 'oneOf') {
    const there = casesThere(field, value)
    expectNone('choosing what is chosen', there.length > 1 ? [] : chooseCase({ ...shown, field }, there[0] ?? null))
  }
  if (field.type === 'shares')
    expectNone('the same weights', setWeights({ ...shown, field }, weightsOf({ ...shown, field })))
  return wrong
}

/** Everything an object says is shown by a field or told as the rest, and nothing is both. */
function uncovered(form: Form<never>, object: Json, all: readonly Shown<never>[]): string[] {
  const rest = restOf(form.fields, object)
  const shownLeaves = all.filter(({ field, state }) => state !== 'absent' && isLeaf(field))
  const isOn = (path: Path, above: Path) => above.every((step, index) => path[index] === step)
  const twice = rest.filter(path => shownLeaves.some(shown => shown.field.type !== 'shares' && isOn(shown.path, path)))
  const lost = leavesOf(object['spec'], ['spec']).filter(
    leaf =>
      !rest.some(path => isOn(leaf, path)) &&
      !all.some(({ field, path, state }) => {
        if (state === 'otherwise') return isOn(leaf, path) || isOn(path, leaf)
        if (field.type === 'shares') return isOn(leaf, path) && leaf.at(-1) === field.weight
        if (field.type === 'oneOf' && field.tag !== undefined && isEqual(leaf, [...path, field.tag])) return true
        return isLeaf(field)
          ? isOn(leaf, path)
          : isOn(path, leaf) || (isOn(leaf, path) && isEmptyThing(valueAt(object, leaf)))
      }),
  )
  return [
    ...twice.map(path => `${pathText(path)} is shown and told as the rest`),
    ...lost.map(path => `${pathText(path)} is neither shown nor told as the rest`),
  ]
}

const isLeaf = ({ type }: Any): boolean => !['group', 'list', 'map', 'oneOf'].includes(type)
const isEmptyThing = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

function leavesOf(value: unknown, path: Path): Path[] {
  if (!isSaid(value)) return []
  if (typeof value !== 'object' || value === null || isEmptyThing(value)) return [path]
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((each: unknown, index) => [index, each])
    : Object.entries(value)
  return entries.flatMap(([step, each]) => leavesOf(each, [...path, step]))
}

/** Another value of the same field, and the way back to what was there. */
function changedAndBack(form: Form<never>, text: string, object: Json, shown: Shown<never>): string[] {
  const next = shown.state === 'otherwise' ? undefined : another(shown)
  if (next === undefined) return []
  const wrong: string[] = []
  const changed = edit(text, write(shown, next))
  const value = changed === null ? null : valueOf(changed)
  if (changed === null || value === null) return ['the changed text cannot be read']
  if (!isEqual(valueAt(value, shown.path), next))
    wrong.push(`it does not say ${JSON.stringify(next)} after that was written`)
  wrong.push(...lostComments(text, changed, shown.path).map(comment => `changing it lost “${comment}”`))
  const again = allFields(form, value).find(each => each.field === shown.field && isEqual(each.path, shown.path))
  if (again === undefined) return [...wrong, 'it is not shown once it has a value']
  const acts = write(again, isSaid(shown.value) ? shown.value : undefined)
  const back = edit(changed, acts)
  const after = back === null ? null : valueOf(back)
  if (back === null || after === null) return [...wrong, 'the text cannot be read after changing it back']
  const meant = (whole: Json) => withoutEmpty(whole, shown.path, shown.floor)
  if (!isEqual(meant(after), meant(object))) wrong.push(`changed and changed back it says:\n${back}\nof\n${text}`)
  // Of a group that stood there empty and was taken away with its last field, the comment goes too.
  const gone = acts.find(({ op, path }) => op === 'remove' && valueAt(object, path) !== undefined)
  wrong.push(
    ...lostComments(text, back, gone?.path ?? shown.path, gone !== undefined).map(
      comment => `changing it back lost “${comment}”`,
    ),
  )
  return wrong
}

/** Comments that are not of the field itself have to be there still, in their order. */
function lostComments(before: string, after: string, path: Path, isGone = false): string[] {
  const manifest = read(before).manifests[0]
  if (manifest === undefined) return []
  const own = valueAt(manifest.value, path) === undefined ? { from: 0, to: 0 } : spanOf(manifest, path)
  const from = isGone ? aboveWithComments(before, own.from) : own.from
  const lost: string[] = []
  let at = 0
  for (const { 0: comment, index } of before.matchAll(/# note \d+$/gm)) {
    if (own.to > 0 && index >= from && index <= endOfLine(before, own.to)) continue
    // Two may have come to stand on one line.
    const found = after.slice(at).search(new RegExp(String.raw`${comment}(?!\d)`))
    if (found < 0) lost.push(comment)
    else at += found
  }
  return lost
}

/** Comments right above a line speak of it. */
function aboveWithComments(text: string, at: number): number {
  let line = text.lastIndexOf('\n', at - 1) + 1
  for (;;) {
    const above = text.lastIndexOf('\n', line - 2) + 1
    if (line === 0 || !text.slice(above, line).trim().startsWith('#')) return line
    line = above
  }
}
const endOfLine = (text: string, at: number): number =>
  text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)

/** Nothing, an empty group and an absent one mean the same, where the form says so. */
function withoutEmpty(object: Json, path: Path, floor: number): Json {
  for (let length = path.length; length >= Math.max(floor, 1); length--) {
    const above = path.slice(0, length)
    const value = valueAt(object, above)
    if (value !== undefined && value !== null && !isEmptyThing(value)) return object
    const holder = valueAt(object, above.slice(0, -1))
    if (!isRecord(holder) || typeof above.at(-1) !== 'string') continue
    const { [String(above.at(-1))]: _gone, ...kept } = holder
    object = replaced(object, above.slice(0, -1), kept)
  }
  return object
}

function replaced(value: unknown, path: Path, next: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return next
  if (Array.isArray(value))
    return value.with(Number(step), replaced(value[Number(step)], rest, next)) as unknown as Json
  return { ...(value as Json), [step]: replaced((value as Json)[step], rest, next) }
}

/** Something else that the control could say; undefined: it says nothing of its own. */
function another({ field, value }: Shown<never>): unknown {
  switch (field.type) {
    case 'text':
      return value === 'other' ? 'another' : 'other'
    case 'number': {
      const low = Math.max(field.min ?? 0, 0)
      return value === low ? Math.min(low + 1, field.max ?? low + 1) : low
    }
    case 'duration':
      return value === '3s' ? '4s' : '3s'
    case 'flag':
      return value !== true
    case 'choice':
      return field.options.map(option => option.value).find(each => each !== null && each !== value)
    case 'chips':
      return [...((value as unknown[] | undefined | null) ?? []), field.of === 'text' ? 'other' : 4711]
    case 'labels':
    case 'pairs':
      return { ...(value as Json | undefined), other: 'yes' }
    case 'list':
      return [...((value as unknown[] | undefined | null) ?? []), field.add[0]?.value ?? {}]
    case 'map':
      return { ...(value as Json | undefined), other: field.value }
    default:
      return undefined
  }
}

/* ---- the law as tests ---- */

const files: Record<string, string> = import.meta.glob('../../../../shared/data/istio-analysis/inputs/**/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const isAbsent = Object.keys(files).length === 0

/** Every readable document of a kind that Istio tests its own analyzers with, as it is written there. */
export function istioDocuments(group: string, kind: string): string[] {
  return Object.values(files)
    .flatMap(file => file.split(/^---.*$/m))
    .filter(text => text.includes(kind))
    .filter(text => {
      const { manifests, troubles } = read(text)
      const object = manifests.length === 1 && troubles.length === 0 ? manifests[0]?.value : undefined
      return object !== undefined && object['kind'] === kind && groupOf(String(object['apiVersion'])) === group
    })
}

/** Two of them: all would take minutes. */
const picked = (pick: number, count: number) =>
  count === 0 ? [] : [...new Set([1, 7].map(each => (pick * each) % count))]
const every = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Declares the law for one form: call it inside a test file, once for each. */
export function keepsTheLaw({ form, texts }: Book): void {
  describe(`the form of ${form.group} ${form.kind}`, () => {
    it('says what each field is called and does, in every language', () => {
      for (const [language, of] of Object.entries(texts))
        for (const { label, help } of allWords(form.fields, of)) {
          expect(label, language).not.toBe('')
          expect(help, `${language}: ${label}`).not.toBe('')
          expect(help, `${language}: ${label}`).not.toContain('\n')
        }
    })

    it.skipIf(isAbsent)(
      'shows Istio’s own documents and changes nothing in them (skipped only where the data is absent)',
      () => {
        for (const text of istioDocuments(form.group, form.kind)) expect(breaches(form, text, every), text).toEqual([])
      },
    )

    it('shows 1,000 generated objects and changes nothing in them: comments, order, unknown fields', () => {
      fc.assert(
        fc.property(
          anObject(form).chain(object => fc.tuple(aTextOf(textOf(object)), fc.nat())),
          ([text, pick]) => {
            expect(breaches(form, text, count => picked(pick, count))).toEqual([])
          },
        ),
        // A smaller one is not worth the minutes: what is wrong is told with its text.
        { numRuns: 1000, endOnFailure: true },
      )
    })
  })
}

/** Labels and helps of all fields, wherever they stand. */
function allWords(fields: readonly Any[], texts: never): { label: string; help: string }[] {
  return fields.flatMap(field => {
    const own = [field.say(texts)]
    switch (field.type) {
      case 'choice':
        // What an option means may be clear of itself, as in a schema that says no word about it.
        return [
          ...own,
          ...field.options.map(option => option.say(texts)).map(({ label, help }) => ({ label, help: help || label })),
        ]
      case 'group':
        return [...own, ...allWords(field.fields, texts)]
      case 'list':
        return [...own, ...field.add.map(each => each.say(texts)), ...allWords(field.item, texts)]
      case 'map':
        return [...own, field.keyWords(texts), ...allWords(field.item, texts)]
      case 'oneOf':
        return [...own, ...field.cases.flatMap(each => [each.say(texts), ...allWords(each.fields, texts)])]
      default:
        return own
    }
  })
}
