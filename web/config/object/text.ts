import { LineCounter, isScalar, type Node, parseDocument, stringify, visit } from 'yaml'
import type { Finding } from '#shared/config/finding.ts'
import { type Json, type Path, pathIn } from '#shared/mesh/object.ts'

/** What people read of an object: all of it but the server's book of who wrote what. */
export function manifestText(object: Json): string {
  const { metadata, ...rest } = object as { metadata?: Json }
  const { apiVersion, kind, ...others } = rest as Json
  const shown = { apiVersion, kind, metadata: metadataShown(metadata ?? {}), ...others }
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false })
}

/** What a person wrote comes first, what the server keeps comes last. */
function metadataShown(metadata: Json): Json {
  const { name, namespace, labels, annotations, managedFields: _, ...others } = metadata
  const { uid, resourceVersion, generation, creationTimestamp, ...rest } = others
  const ordered = { name, namespace, labels, annotations, ...rest, uid, resourceVersion, generation, creationTimestamp }
  return Object.fromEntries(Object.entries(ordered).filter(([, value]) => value !== undefined))
}

/** A piece of a line and what it is: a key, a text, a number, or nothing in particular. */
export interface Piece {
  text: string
  kind: 'key' | 'string' | 'number' | null
}
/** A line as it is shown, and what was found there, worst first. */
export interface TextLine {
  number: number
  pieces: Piece[]
  findings: Finding[]
}

/** Bigger texts are shown without colours. */
const mostColoured = 200_000
const rank = { Error: 0, Warning: 1, Info: 2 } as const

export function linesOf(text: string, findings: readonly Finding[]): TextLine[] {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const byLine = new Map<number, Finding[]>()
  for (const finding of findings) {
    const line = lineOf(document, counter, finding.path)
    if (line !== null) byLine.set(line, [...(byLine.get(line) ?? []), finding])
  }
  const marks = text.length > mostColoured ? [] : marksOf(document)
  let next = 0
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, index) => {
      const from = counter.lineStarts[index] ?? 0
      const to = from + line.length
      const pieces: Piece[] = []
      let at = from
      while (next < marks.length && (marks[next]?.to ?? 0) <= from) next++
      for (let i = next; i < marks.length; i++) {
        const mark = marks[i]
        if (mark === undefined || mark.from >= to) break
        const start = Math.max(mark.from, at)
        const end = Math.min(mark.to, to)
        if (start > at) pieces.push({ text: text.slice(at, start), kind: null })
        if (end > start) pieces.push({ text: text.slice(start, end), kind: mark.kind })
        at = Math.max(at, end)
      }
      if (at < to) pieces.push({ text: text.slice(at, to), kind: null })
      const found = (byLine.get(index + 1) ?? []).toSorted((a, b) => rank[a.level] - rank[b.level])
      return { number: index + 1, pieces, findings: found }
    })
}

/** The line a finding is about; null where it is about the object as a whole. */
export function findingLine(lines: readonly TextLine[], finding: Finding): number | null {
  return lines.find(line => line.findings.includes(finding))?.number ?? null
}

/** Where a path begins, or the nearest thing around it that is there: what is missing is told where it is missed. */
function lineOf(document: ReturnType<typeof parseDocument>, counter: LineCounter, text?: string): number | null {
  const path = text === undefined ? null : pathIn(text)
  if (path === null) return null
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset !== null) return counter.linePos(offset).line
  }
  return null
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number | null {
  const last = path.at(-1)
  const holder = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  // A key's own place, not that of the map or list beneath it.
  const pairs = (holder as { items?: { key?: unknown }[] } | null | undefined)?.items ?? []
  const pair = pairs.find(({ key }) => isScalar(key) && key.value === last)
  const node = (pair?.key ?? document.getIn(path, true)) as Node | null | undefined
  return node?.range?.[0] ?? null
}

interface Mark {
  from: number
  to: number
  kind: 'key' | 'string' | 'number'
}

function marksOf(document: ReturnType<typeof parseDocument>): Mark[] {
  const marks: Mark[] = []
  visit(document, {
    Scalar(place, node) {
      const [from, to] = node.range ?? [0, 0]
      if (to <= from) return
      const kind = place === 'key' ? 'key' : typeof node.value === 'string' ? 'string' : 'number'
      marks.push({ from, to, kind })
    },
  })
  return marks.sort((a, b) => a.from - b.from)
}
