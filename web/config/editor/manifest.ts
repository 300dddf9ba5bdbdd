import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type ParsedNode,
} from 'yaml'
import type { Json, Path } from '#shared/mesh/object.ts'
import { endOf } from './splice.ts'

/** Places in a text, as offsets. */
export interface Span {
  from: number
  to: number
}

/** Why a text cannot be taken for an object. `detail` is the parser's own sentence, or a name. */
export interface Trouble extends Span {
  code: 'syntax' | 'tab' | 'duplicate' | 'alias' | 'notAnObject' | 'tooLarge' | 'empty' | 'several'
  detail: string
}

/** One document of a text: the value it says, and where it says what. */
export interface Manifest {
  value: Json
  document: Document.Parsed
  span: Span
}

export interface Reading {
  manifests: Manifest[]
  troubles: Trouble[]
}

/** What a request to the console may carry, and less than an API server stores of one object. */
export const sizeLimit = 1024 * 1024

const options = {
  merge: true,
  prettyErrors: false,
  keepSourceTokens: true,
  version: '1.2',
  logLevel: 'silent',
} as const

/** Aliases are followed this many times: more is a trap. */
const aliasLimit = 200

/** A text is asked about from many sides while it is typed: the last ones are not read twice. Nobody changes what was read. */
const lately = new Map<string, Reading>()
const mostKept = 8
/** Of bigger ones nothing is kept. */
const mostLength = 200_000

/** All objects a text holds, `---` between them. A document that says nothing is none. */
export function read(text: string): Reading {
  if (text.length > mostLength) return readAnew(text)
  const reading = lately.get(text) ?? readAnew(text)
  lately.delete(text)
  lately.set(text, reading)
  const [oldest] = lately.keys()
  if (lately.size > mostKept && oldest !== undefined) lately.delete(oldest)
  return reading
}

function readAnew(text: string): Reading {
  const whole = { from: 0, to: text.length }
  if (new TextEncoder().encode(text).length > sizeLimit)
    return { manifests: [], troubles: [{ code: 'tooLarge', detail: megabytes(text), ...whole }] }
  const manifests: Manifest[] = []
  const troubles: Trouble[] = []
  const documents = parsed(text)
  for (const [index, document] of documents.entries()) {
    troubles.push(
      ...toldOnce(
        text,
        document.errors.map(error => troubleOf(text, error)),
      ),
    )
    if (document.errors.length > 0) continue
    const span = { from: index === 0 ? 0 : document.range[0], to: document.range[2] }
    const value = plain(document)
    if (value instanceof Error) troubles.push({ code: 'alias', detail: value.message, ...aliasSpan(document, span) })
    else if (value === null || value === undefined) continue
    else if (typeof value !== 'object' || Array.isArray(value))
      troubles.push({ code: 'notAnObject', detail: '', ...rangeOf(document.contents, span) })
    else manifests.push({ value: value as Json, document, span })
  }
  if (manifests.length === 0 && troubles.length === 0) troubles.push({ code: 'empty', detail: '', ...whole })
  return { manifests, troubles }
}

/** A text that has to be one object. */
export function readOne(text: string): Reading & { manifest: Manifest | null } {
  const reading = read(text)
  const second = reading.manifests[1]
  const troubles = second
    ? [...reading.troubles, { code: 'several' as const, detail: String(reading.manifests.length), ...second.span }]
    : reading.troubles
  return { ...reading, troubles, manifest: troubles.length === 0 ? (reading.manifests[0] ?? null) : null }
}

const parsed = (text: string): Document.Parsed[] => {
  const documents = parseAllDocuments(text, options)
  return Array.isArray(documents) ? (documents as Document.Parsed[]) : []
}

function plain(document: Document.Parsed): unknown {
  try {
    // Through JSON: what cannot be said in it (dates, sets, keys that are no text) is never sent.
    const value: unknown = document.toJS({ maxAliasCount: aliasLimit })
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? null : (JSON.parse(text) as unknown)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function troubleOf(text: string, error: { code: string; message: string; pos: [number, number] }): Trouble {
  // What is missing at the end is missing behind the last thing written.
  const last = Math.max(text.trimEnd().length - 1, 0)
  const from = Math.min(error.pos[0], last)
  const span = { from, to: Math.min(Math.max(error.pos[1], from + 1), text.length) }
  const lineStart = text.lastIndexOf('\n', from - 1) + 1
  const isTab = error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(text.slice(lineStart, lineEnd(text, from)))
  if (isTab) return { code: 'tab', detail: error.message, ...span }
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^:\s]+/.exec(text.slice(span.from, lineEnd(text, span.from)))?.[0] ?? ''
    return { code: 'duplicate', detail: key, ...span }
  }
  if (error.code === 'BAD_ALIAS') return { code: 'alias', detail: error.message, ...span }
  return { code: 'syntax', detail: error.message, ...span }
}

/** A line says what is wrong with it once, however often the parser stumbles there. */
function toldOnce(text: string, troubles: readonly Trouble[]): Trouble[] {
  const told = new Set<string>()
  return troubles.filter(({ code, detail, from }) => {
    const what = `${lineEnd(text, from)} ${code} ${detail}`
    const isNew = !told.has(what)
    told.add(what)
    return isNew
  })
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function aliasSpan(document: Document.Parsed, span: Span): Span {
  let found: Span | null = null
  const look = (node: unknown): void => {
    if (found !== null) return
    if (isAlias(node)) found = rangeOf(node, span)
    else if (isPair(node)) {
      look(node.key)
      look(node.value)
    } else if (isCollection(node)) for (const item of node.items) look(item)
  }
  look(document.contents)
  return found ?? span
}

const megabytes = (text: string): string => `${(new TextEncoder().encode(text).length / 1024 / 1024).toFixed(1)} MB`

const rangeOf = (node: unknown, otherwise: Span): Span =>
  isNode(node) && node.range ? { from: node.range[0], to: endOf(node) ?? node.range[1] } : otherwise

/** Where a path stands: its key and its value. Of what is not there, the nearest place above it that is. */
export function spanOf(manifest: Manifest, path: Path): Span {
  let node: unknown = manifest.document.contents
  let span = path.length === 0 ? topSpan(manifest) : rangeOf(node, manifest.span)
  for (const [depth, step] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(manifest.document) : node
    if (isMap(holder)) {
      const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return depth === 0 ? topSpan(manifest) : span
      const key = rangeOf(pair.key, span)
      span = { from: key.from, to: Math.max(key.to, rangeOf(pair.value, key).to) }
      node = pair.value
    } else if (isSeq(holder) && typeof step === 'number' && holder.items[step] !== undefined) {
      node = holder.items[step]
      span = rangeOf(node, span)
    } else return depth === 0 ? topSpan(manifest) : span
  }
  return span
}

/** What is said of an object as a whole stands at its name, else at its beginning. */
function topSpan(manifest: Manifest): Span {
  const metadata = manifest.document.get('metadata', true) as unknown
  const name = isMap(metadata) ? (metadata.get('name', true) as unknown) : undefined
  return rangeOf(name, { from: manifest.span.from, to: Math.min(manifest.span.from + 1, manifest.span.to) })
}

/** The path of the deepest thing a place is in. */
export function pathAt(manifest: Manifest, offset: number): Path {
  const path: (string | number)[] = []
  let node: Node | ParsedNode | null = manifest.document.contents
  for (;;) {
    const found: { step: string | number; node: Node | null; isKey: boolean } | undefined = stepAt(node, offset)
    if (found === undefined) return path
    path.push(found.step)
    if (found.isKey) return path
    node = found.node
  }
}

function stepAt(
  node: unknown,
  offset: number,
): { step: string | number; node: Node | null; isKey: boolean } | undefined {
  if (isMap(node))
    for (const { key, value } of node.items) {
      if (!isScalar(key) || !key.range) continue
      const step = String(key.value)
      if (offset >= key.range[0] && offset <= key.range[1]) return { step, node: null, isKey: true }
      if (isNode(value) && value.range && offset >= key.range[1] && offset <= value.range[1])
        return { step, node: value, isKey: false }
    }
  if (isSeq(node))
    for (const [index, item] of node.items.entries())
      if (isNode(item) && item.range && offset >= item.range[0] && offset <= item.range[1])
        return { step: index, node: item, isKey: false }
  return undefined
}
