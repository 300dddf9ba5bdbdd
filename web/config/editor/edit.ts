import { type Document, isMap, isSeq, parseDocument, stringify, visit } from 'yaml'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import type { Edit } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'
import { read } from './manifest.ts'
import { spliceMove, spliceRename } from './splice-move.ts'
import { type Source, type Splice, spliceInsert, spliceRemove, spliceSet } from './splice.ts'
import { valueAt } from './path.ts'

/**
 * A text in which other values stand at some paths, and everything else is as a hand left it: comments, order, quotes,
 * unknown fields, byte for byte. `which`: of a text of several objects, the one meant. Null: the text is not readable.
 */
export function edit(text: string, edits: readonly Edit[], which = 0): string | null {
  let result: string | null = text
  for (const each of edits) {
    if (result === null) return null
    result = editOnce(result, each, which)
  }
  return result
}

/** Makes a text say a value, touching only what differs. */
export function rewrite(text: string, value: Json, which = 0): string | null {
  const manifest = read(text).manifests[which]
  return manifest === undefined ? null : edit(text, editsBetween(manifest.value, value), which)
}

function editOnce(text: string, change: Edit, which: number): string | null {
  const reading = read(text)
  const manifest = reading.manifests[which]
  if (manifest === undefined || reading.troubles.length > 0) return null
  const wanted = edited(manifest.value, change)
  if (isEqual(wanted, manifest.value)) return text
  const says = (candidate: string | null): candidate is string => {
    if (candidate === null) return false
    const { manifests, troubles } = read(candidate)
    const others = reading.manifests.every(
      (each, index) => index === which || isEqual(each.value, manifests[index]?.value),
    )
    return troubles.length === 0 && others && isEqual(manifests[which]?.value, wanted)
  }
  for (const isInline of [false, true]) {
    const spliced = splice(text, manifest.document, change, isInline)
    if (says(spliced)) return spliced
  }
  if (change.op === 'move' || change.op === 'rename') return edit(text, inSteps(manifest.value, change), which)
  // What is anchored elsewhere or refers to elsewhere would change with it: here it is written out.
  const { from, to } = manifest.span
  const piece = text.slice(from, to)
  const around = (inner: string) => text.slice(0, from) + inner + text.slice(to)
  const expanded = withoutAliases(piece)
  const again = around(splice(expanded, parse(expanded), change, false) ?? '')
  if (says(again)) return again
  const rewritten = around(byLibrary(piece, change))
  return says(rewritten) ? rewritten : around(textOf(wanted))
}

function splice(text: string, document: Document, { op, path, value }: Edit, isInline: boolean): string | null {
  const source = { text, document, isInline }
  const found = splices[op](source, path, value)
  return found && text.slice(0, found.from) + found.insert + text.slice(found.to)
}

const splices = {
  set: spliceSet,
  insert: spliceInsert,
  remove: spliceRemove,
  move: spliceMove,
  rename: spliceRename,
} satisfies Record<Edit['op'], (source: Source, path: Path, value: unknown) => Splice | null>

/** Where the text does not let it be moved as it stands: taken away and written anew. */
function inSteps(value: Json, { op, path, value: to }: Edit): Edit[] {
  const moved = valueAt(value, path)
  const above = path.slice(0, -1)
  return [
    { op: 'remove', path },
    op === 'move'
      ? { op: 'insert', path: [...above, to as number], value: moved }
      : { op: 'set', path: [...above, String(to)], value: moved },
  ]
}

const parse = (text: string): Document =>
  parseDocument(text, { merge: true, keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' })

/** The same, each alias replaced by a copy of what it stands for; merge keys become fields. */
function withoutAliases(text: string): string {
  const document = parse(text)
  const usesMerge = /^\s*<<:/m.test(text)
  if (usesMerge) return textOf((document.toJS({ maxAliasCount: 200 }) ?? {}) as Json)
  const places: { from: number; to: number; insert: string }[] = []
  visit(document, {
    Alias(_, alias) {
      const meant = alias.resolve(document)?.toJS(document) as unknown
      if (alias.range) places.push({ from: alias.range[0], to: alias.range[1], insert: JSON.stringify(meant ?? null) })
    },
  })
  return places.reduceRight((result, { from, to, insert }) => result.slice(0, from) + insert + result.slice(to), text)
}

/** As the library writes it: comments and order stay, blanks may not. */
function byLibrary(text: string, change: Edit): string {
  const document = parse(withoutAliases(text))
  const { op, path, value } = change
  // A path that leads through something of another shape replaces it: the library does not.
  const isStraight = path.every((step, depth) => {
    const holder = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true)
    return typeof step === 'number' ? isSeq(holder) : isMap(holder) || holder === undefined
  })
  if (!isStraight || op === 'insert') return ''
  if (op === 'remove') document.deleteIn(path)
  else document.setIn(path, document.createNode(value))
  return String(document)
}

const first = ['apiVersion', 'kind', 'metadata', 'spec']
const firstOfMetadata = ['name', 'namespace', 'labels', 'annotations']

/** An object as text, in the order people write it. */
export const textOf = (object: Json): string => {
  const metadata = object['metadata']
  const ordered =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
      ? { ...object, metadata: inOrder(metadata as Json, firstOfMetadata) }
      : object
  return stringify(inOrder(ordered, first), { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false })
}

const inOrder = (object: Json, names: readonly string[]): Json => {
  const rest = Object.keys(object).filter(key => !names.includes(key))
  return Object.fromEntries(
    [...names.filter(name => Object.hasOwn(object, name)), ...rest].map(key => [key, object[key]]),
  )
}

/** What an edit means, on values: what the text has to say afterwards. */
export function edited(value: Json, { op, path, value: next }: Edit): Json {
  return (change(value, path) ?? {}) as Json

  function change(here: unknown, [step, ...deeper]: Path): unknown {
    if (step === undefined) return op === 'remove' ? undefined : next
    if (typeof step === 'number') {
      const list: unknown[] = Array.isArray(here) ? [...(here as unknown[])] : []
      if (deeper.length > 0 || op === 'set') {
        if (op === 'remove' && step >= list.length) return here
        list[Math.min(step, list.length)] = change(list[step], deeper)
      } else if (op === 'insert') list.splice(step, 0, next)
      else if (op === 'move') {
        if (step < list.length) list.splice(Number(next), 0, ...list.splice(step, 1))
      } else if (step < list.length) list.splice(step, 1)
      else return here
      return list
    }
    const object: Json = typeof here === 'object' && here !== null && !Array.isArray(here) ? { ...(here as Json) } : {}
    const isHere = Object.hasOwn(object, step)
    if (op !== 'set' && op !== 'insert' && !isHere) return here
    if (op === 'rename' && deeper.length === 0) return renamed(object, step, String(next))
    const inner = change(isHere ? object[step] : undefined, deeper)
    if (inner === undefined) delete object[step]
    else Object.defineProperty(object, step, { value: inner, enumerable: true, configurable: true, writable: true })
    return object
  }
}

/** One field by another name, in its place. */
const renamed = (object: Json, from: string, to: string): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]))
