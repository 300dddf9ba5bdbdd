import type { Span, Trace } from '#shared/mesh/span.ts'

/** What does not fit, and was put right to be drawn: told at the span, never silently mended. */
export type Oddity =
  /** Its parent is not in the trace: it stands as a root. */
  | 'orphan'
  /** It would be its own ancestor: the link to its parent was cut. */
  | 'cycle'
  /** Another span has the same id; this one is kept beside it. */
  | 'duplicate'
  | 'negativeDuration'
  /** Its clock is not its caller's: it was moved into the call, with all that it called. */
  | 'skew'

export interface TreeSpan {
  span: Span
  /** Index of the parent in `Tree.spans`; -1 for roots. */
  parent: number
  children: readonly number[]
  depth: number
  /** Microseconds since the trace's start, clocks put right, never negative. */
  start: number
  /** Exclusive: `start` where the duration was negative. */
  end: number
  /** By how much it was moved, microseconds. */
  shift: number
  oddities: readonly Oddity[]
}

/** A trace as a forest, parents before children, brothers by their start. */
export interface Tree {
  traceId: string
  spans: readonly TreeSpan[]
  roots: readonly number[]
  /** Microseconds since the epoch of the earliest start. */
  start: number
  /** From the earliest start to the latest end. */
  duration: number
}

interface Draft {
  span: Span
  parent: Draft | null
  children: Draft[]
  start: number
  end: number
  shift: number
  oddities: Oddity[]
  /** Which walk to the root came by here first; -1: none yet. */
  walk: number
  /** Its place in the forest, once it has one. */
  index: number
}

/** Total: whatever the spans say of each other, each of them is in the forest exactly once. No recursion: depth is not bounded. */
export function treeOf(trace: Trace): Tree {
  const drafts = trace.spans.map((span): Draft => {
    const length = Math.max(0, finite(span.duration))
    const start = finite(span.start)
    const oddities: Oddity[] = span.duration < 0 ? ['negativeDuration'] : []
    return { span, parent: null, children: [], start, end: start + length, shift: 0, oddities, walk: -1, index: -1 }
  })
  link(drafts)
  const roots = drafts.filter(({ parent }) => parent === null)
  straighten(roots)
  const start = Math.min(...fold(drafts, ({ start }) => start))
  const end = Math.max(...fold(drafts, ({ end }) => end))
  return flatten(trace.traceId, roots, drafts.length === 0 ? 0 : start, drafts.length === 0 ? 0 : end - start)
}

/** Math.min takes its numbers as arguments: fifty thousand would be too many. */
const fold = (drafts: readonly Draft[], of: (draft: Draft) => number): [number, number] => {
  let [least, most] = [Infinity, -Infinity]
  for (const draft of drafts) {
    const value = of(draft)
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)

function link(drafts: readonly Draft[]): void {
  const byId = new Map<string, Draft>()
  for (const draft of drafts) {
    if (byId.has(draft.span.spanId)) draft.oddities.push('duplicate')
    else byId.set(draft.span.spanId, draft)
  }
  for (const draft of drafts) {
    const { parentId } = draft.span
    if (parentId === null || parentId === '') continue
    const parent = byId.get(parentId)
    if (parent === undefined) draft.oddities.push('orphan')
    else draft.parent = parent
  }
  cutCycles(drafts)
  for (const draft of drafts) draft.parent?.children.push(draft)
}

function cutCycles(drafts: readonly Draft[]): void {
  for (const [walk, draft] of drafts.entries()) {
    let at: Draft | null = draft
    while (at !== null && at.walk === -1) {
      at.walk = walk
      at = at.parent
    }
    // Whoever was met by an earlier walk leads to a root.
    if (at === null || at.walk !== walk) continue
    // Of a ring the earliest becomes the root: it is most likely to have begun it.
    let first = at
    for (let next = at.parent; next !== null && next !== at; next = next.parent)
      if (next.start < first.start) first = next
    first.parent = null
    first.oddities.push('cycle')
  }
}

/**
 * A server's span lies within its caller's client span, whatever their clocks say: where it does not, it is moved to the
 * middle, and all beneath it with it (the usual estimate that both ways of the network take the same time). Only such
 * pairs are moved; what one process says of itself, and what follows without being waited for, is left as told.
 */
function straighten(roots: readonly Draft[]): void {
  const stack = roots.map(draft => ({ draft, by: 0 }))
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { draft } = next
    draft.start += next.by
    draft.end += next.by
    draft.shift += next.by
    for (const child of draft.children) {
      const by = next.by + skewOf(draft, child, next.by)
      if (by !== next.by) child.oddities.push('skew')
      stack.push({ draft: child, by })
    }
  }
}

function skewOf(parent: Draft, child: Draft, moved: number): number {
  if (parent.span.kind !== 'client' || child.span.kind !== 'server') return 0
  const [start, end] = [child.start + moved, child.end + moved]
  const length = end - start
  const room = parent.end - parent.start - length
  if (room < 0 || (start >= parent.start && end <= parent.end)) return 0
  return Math.round(parent.start + room / 2 - start)
}

/** Long traces come through here: brothers are sorted where they stand, and no draft is looked up. */
function flatten(traceId: string, roots: Draft[], start: number, duration: number): Tree {
  const byStart = (a: Draft, b: Draft) => a.start - b.start || b.end - a.end
  const order: Draft[] = []
  const depths: number[] = []
  const stack: Draft[] = []
  const push = (brothers: Draft[]) => {
    if (brothers.length > 1) brothers.sort(byStart)
    for (let index = brothers.length - 1; index >= 0; index--) {
      const brother = brothers[index]
      if (brother !== undefined) stack.push(brother)
    }
  }
  push(roots)
  for (let draft = stack.pop(); draft !== undefined; draft = stack.pop()) {
    draft.index = order.length
    order.push(draft)
    depths.push(draft.parent === null ? 0 : (depths[draft.parent.index] ?? 0) + 1)
    push(draft.children)
  }
  const spans = order.map(
    (draft, index): TreeSpan => ({
      span: draft.span,
      parent: draft.parent?.index ?? -1,
      children: draft.children.map(child => child.index),
      depth: depths[index] ?? 0,
      start: draft.start - start,
      end: draft.end - start,
      shift: draft.shift,
      oddities: draft.oddities,
    }),
  )
  return {
    traceId,
    spans,
    roots: spans.flatMap(({ parent }, index) => (parent === -1 ? [index] : [])),
    start,
    duration,
  }
}
