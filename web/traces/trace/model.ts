import { criticalPath, criticalTime, type Segment } from '#shared/traces/critical-path.ts'
import { selfTimes } from '#shared/traces/self-time.ts'
import { type Tree, treeOf } from '#shared/traces/tree.ts'
import type { Trace } from '#shared/mesh/span.ts'

/** A trace with all that its page asks of it. Spans are called by their index in the tree: parents before children. */
export interface Model {
  tree: Tree
  path: readonly Segment[]
  segments: ReadonlyMap<number, readonly Segment[]>
  /** Microseconds by span. */
  critical: ReadonlyMap<number, number>
  self: readonly number[]
  /** Exclusive end of the spans beneath each. */
  ends: readonly number[]
  /** How the address calls each span: by its id; a double of it by its place among them. */
  keys: readonly string[]
  indexes: ReadonlyMap<string, number>
  /** Colour of each service, in the order of their first span. */
  tones: ReadonlyMap<string, number>
  errors: number
}

export function modelOf(trace: Trace): Model {
  const tree = treeOf(trace)
  const path = criticalPath(tree)
  const segments = new Map<number, Segment[]>()
  for (const segment of path) {
    const known = segments.get(segment.span)
    if (known === undefined) segments.set(segment.span, [segment])
    else known.push(segment)
  }
  const ends = tree.spans.map((_, index) => index + 1)
  for (let index = tree.spans.length - 1; index >= 0; index--) {
    const parent = tree.spans[index]?.parent ?? -1
    if (parent >= 0) ends[parent] = Math.max(ends[parent] ?? 0, ends[index] ?? 0)
  }
  const tones = new Map<string, number>()
  let errors = 0
  for (const { span } of tree.spans) {
    if (span.isError) errors++
    if (span.isHidden !== true && !tones.has(span.service)) tones.set(span.service, tones.size)
  }
  // Only who looks at a span asks for its name: the first rows do not wait for fifty thousand of them.
  let names: Names | null = null
  const named = (): Names => (names ??= namesOf(tree))
  return {
    tree,
    path,
    segments,
    critical: criticalTime(path),
    self: selfTimes(tree),
    ends,
    get keys() {
      return named().keys
    },
    get indexes() {
      return named().indexes
    },
    tones,
    errors,
  }
}

type Names = Pick<Model, 'keys' | 'indexes'>

function namesOf({ spans }: Tree): Names {
  const indexes = new Map<string, number>()
  const keys = spans.map(({ span }, index) => {
    let key = span.spanId
    for (let copy = 2; indexes.has(key); copy++) key = `${span.spanId}~${copy}`
    indexes.set(key, index)
    return key
  })
  return { keys, indexes }
}

/** The rows in sight of the tree: what is folded hides what is beneath it; of the critical path only, its spans and those above. */
export function rowsOf(model: Model, folded: ReadonlySet<number>, isCriticalOnly: boolean): number[] {
  const { spans } = model.tree
  const kept = isCriticalOnly ? withAncestors(model) : null
  const rows: number[] = []
  for (let index = 0; index < spans.length; ) {
    if (kept === null || kept.has(index)) rows.push(index)
    index = folded.has(index) ? (model.ends[index] ?? index + 1) : index + 1
  }
  return rows
}

function withAncestors({ tree, critical }: Model): Set<number> {
  const kept = new Set<number>()
  for (const span of critical.keys())
    for (let at = span; at >= 0 && !kept.has(at); at = tree.spans[at]?.parent ?? -1) kept.add(at)
  return kept
}

/** All that can be folded: spans with something beneath. */
export const foldable = ({ tree }: Model): number[] =>
  tree.spans.flatMap(({ children }, index) => (children.length > 0 ? [index] : []))

export function ancestorsOf({ tree }: Pick<Model, 'tree'>, index: number): number[] {
  const found: number[] = []
  for (let at = tree.spans[index]?.parent ?? -1; at >= 0; at = tree.spans[at]?.parent ?? -1) found.push(at)
  return found
}

/** Spans that hold the text: in their names, or in an attribute as `key=value`. */
export function matchesOf({ tree }: Model, text: string): number[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const found: number[] = []
  for (const [index, { span }] of tree.spans.entries()) {
    const isNamed =
      span.service.toLowerCase().includes(wanted) ||
      span.operation.toLowerCase().includes(wanted) ||
      span.spanId === wanted
    if (isNamed || span.attributes.some(({ key, value }) => `${key}=${value}`.toLowerCase().includes(wanted)))
      found.push(index)
  }
  return found
}

export interface Window {
  from: number
  to: number
}

/** Stretches as they are drawn: what lies closer together than can be told apart is one. Parts of the window, 0–1. */
export function drawn(segments: readonly Segment[], { from, to }: Window): { left: number; width: number }[] {
  const length = to - from
  if (length <= 0) return []
  const least = length / 1000
  const found: Window[] = []
  for (const { start, end } of segments) {
    if (end < from || start > to) continue
    const last = found.at(-1)
    if (last !== undefined && start - last.to <= least) last.to = Math.max(last.to, end)
    else found.push({ from: Math.max(start, from), to: end })
  }
  return found.map(each => ({ left: (each.from - from) / length, width: (Math.min(each.to, to) - each.from) / length }))
}

/** Where a key leads in the tree; null: it does not walk. */
export type Step = { kind: 'go'; to: number } | { kind: 'fold' | 'unfold'; at: number }

/** `active` is a span of `rows`. Left folds, then goes to the parent; right unfolds, then goes to the first child. */
export function stepOf(
  key: string,
  active: number,
  rows: readonly number[],
  model: Model,
  folded: ReadonlySet<number>,
  page: number,
): Step | null {
  const place = rowAt(rows, active)
  const go = (row: number): Step | null => {
    const to = rows[Math.min(rows.length - 1, Math.max(0, row))]
    return to === undefined ? null : { kind: 'go', to }
  }
  const { children = [], parent = -1 } = model.tree.spans[active] ?? {}
  switch (key) {
    case 'ArrowDown':
      return go(place + 1)
    case 'ArrowUp':
      return go(place - 1)
    case 'PageDown':
      return go(place + page)
    case 'PageUp':
      return go(place - page)
    case 'Home':
      return go(0)
    case 'End':
      return go(rows.length - 1)
    case 'ArrowLeft':
      if (children.length > 0 && !folded.has(active)) return { kind: 'fold', at: active }
      return parent < 0 ? null : { kind: 'go', to: parent }
    case 'ArrowRight':
      if (children.length === 0) return null
      if (folded.has(active)) return { kind: 'unfold', at: active }
      return go(place + 1)
    default:
      return null
  }
}

/** Place of a span among the rows, which rise; of one that is not in sight, the row it is folded under. */
export function rowAt(rows: readonly number[], span: number): number {
  let [low, high] = [0, rows.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((rows[middle] ?? 0) <= span) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}
