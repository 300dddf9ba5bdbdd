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

/**
 * What is being found out of each span, by its place in the trace. Columns and plain loops, not objects: a trace may have
 * fifty thousand spans, and its page waits for this.
 */
interface Draft {
  spans: readonly Span[]
  /** -1 for roots. */
  parent: Int32Array
  start: Float64Array
  end: Float64Array
  shift: Float64Array
  /** Absent: nothing is odd. */
  oddities: Map<number, Oddity[]>
}

/** Children of all, one after the other: those of a span are `list[from[span]]` up to `list[from[span + 1]]`. */
interface Children {
  from: Int32Array
  list: Int32Array
}

const none: readonly never[] = []

/** Total: whatever the spans say of each other, each of them is in the forest exactly once. No recursion: depth is not bounded. */
export function treeOf(trace: Trace): Tree {
  const { spans } = trace
  const count = spans.length
  const draft: Draft = {
    spans,
    parent: new Int32Array(count).fill(-1),
    start: new Float64Array(count),
    end: new Float64Array(count),
    shift: new Float64Array(count),
    oddities: new Map(),
  }
  for (let at = 0; at < count; at++) {
    const span = spans[at]
    if (span === undefined) continue
    const start = finite(span.start)
    draft.start[at] = start
    draft.end[at] = start + Math.max(0, finite(span.duration))
    if (span.duration < 0) tell(draft, at, 'negativeDuration')
  }
  link(draft)
  cutCycles(draft)
  const children = childrenOf(draft)
  straighten(draft, children)
  sortBrothers(draft, children)
  return flatten(trace.traceId, draft, children)
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)

function tell({ oddities }: Draft, at: number, oddity: Oddity): void {
  const known = oddities.get(at)
  if (known === undefined) oddities.set(at, [oddity])
  else known.push(oddity)
}

function link(draft: Draft): void {
  const byId = new Map<string, number>()
  const { spans } = draft
  for (let at = 0; at < spans.length; at++) {
    const spanId = spans[at]?.spanId ?? ''
    if (byId.has(spanId)) tell(draft, at, 'duplicate')
    else byId.set(spanId, at)
  }
  for (let at = 0; at < spans.length; at++) {
    const parentId = spans[at]?.parentId ?? ''
    if (parentId === '') continue
    const parent = byId.get(parentId)
    if (parent === undefined) tell(draft, at, 'orphan')
    else draft.parent[at] = parent
  }
}

function cutCycles(draft: Draft): void {
  const { parent, start } = draft
  /** Which walk to the root came by here first; 0: none yet. */
  const walks = new Int32Array(parent.length)
  const above = (at: number): number => parent[at] ?? -1
  for (let first = 0; first < parent.length; first++) {
    const walk = first + 1
    let at = first
    while (at !== -1 && walks[at] === 0) {
      walks[at] = walk
      at = above(at)
    }
    // Whoever was met by an earlier walk leads to a root.
    if (at === -1 || walks[at] !== walk) continue
    // Of a ring the earliest becomes the root: it is most likely to have begun it.
    let earliest = at
    for (let next = above(at); next !== -1 && next !== at; next = above(next))
      if ((start[next] ?? 0) < (start[earliest] ?? 0)) earliest = next
    parent[earliest] = -1
    tell(draft, earliest, 'cycle')
  }
}

/** The roots are the children of nobody, who stands behind all spans. */
function childrenOf({ parent }: Draft): Children {
  const count = parent.length
  const from = new Int32Array(count + 2)
  const of = (at: number): number => {
    const above = parent[at] ?? -1
    return above === -1 ? count : above
  }
  for (let at = 0; at < count; at++) from[of(at) + 1] = (from[of(at) + 1] ?? 0) + 1
  for (let at = 0; at <= count; at++) from[at + 1] = (from[at + 1] ?? 0) + (from[at] ?? 0)
  const list = new Int32Array(count)
  const next = from.slice()
  for (let at = 0; at < count; at++) {
    const place = next[of(at)] ?? 0
    list[place] = at
    next[of(at)] = place + 1
  }
  return { from, list }
}

/**
 * A server's span lies within its caller's client span, whatever their clocks say: where it does not, it is moved to the
 * middle, and all beneath it with it (the usual estimate that both ways of the network take the same time). Only such
 * pairs are moved; what one process says of itself, and what follows without being waited for, is left as told.
 */
function straighten(draft: Draft, { from, list }: Children): void {
  const { spans, start, end, shift } = draft
  const count = spans.length
  const walk = new Int32Array(count)
  let length = 0
  const push = (parent: number) => {
    for (let place = from[parent] ?? 0; place < (from[parent + 1] ?? 0); place++) walk[length++] = list[place] ?? 0
  }
  push(count)
  // Parents before children: whoever is moved has moved already when its children are looked at.
  for (let place = 0; place < length; place++) {
    const at = walk[place] ?? 0
    const above = draft.parent[at] ?? -1
    const moved = above === -1 ? 0 : (shift[above] ?? 0)
    const by = above === -1 ? 0 : moved + skewOf(draft, above, at, moved)
    if (by !== moved) tell(draft, at, 'skew')
    if (by !== 0) {
      start[at] = (start[at] ?? 0) + by
      end[at] = (end[at] ?? 0) + by
      shift[at] = by
    }
    push(at)
  }
}

/** `parent` stands where it belongs already; `child` is still to be moved with it, by `moved`. */
function skewOf({ spans, start, end }: Draft, parent: number, child: number, moved: number): number {
  if (spans[parent]?.kind !== 'client' || spans[child]?.kind !== 'server') return 0
  const outerStart = start[parent] ?? 0
  const outerEnd = end[parent] ?? 0
  const innerStart = (start[child] ?? 0) + moved
  const innerEnd = (end[child] ?? 0) + moved
  const length = innerEnd - innerStart
  const room = outerEnd - outerStart - length
  if (room < 0 || (innerStart >= outerStart && innerEnd <= outerEnd)) return 0
  return Math.round(outerStart + room / 2 - innerStart)
}

/** By their start, of two the longer first. Most stores tell them so: then nothing is moved. */
function sortBrothers({ start, end }: Draft, { from, list }: Children): void {
  const order = (a: number, b: number): number => (start[a] ?? 0) - (start[b] ?? 0) || (end[b] ?? 0) - (end[a] ?? 0)
  for (let parent = 0; parent + 1 < from.length; parent++) {
    const first = from[parent] ?? 0
    const last = from[parent + 1] ?? 0
    let isSorted = true
    for (let place = first + 1; place < last && isSorted; place++)
      isSorted = order(list[place - 1] ?? 0, list[place] ?? 0) <= 0
    // A typed array's own sort does not keep brothers of one time in their order.
    if (!isSorted) list.set([...list.subarray(first, last)].sort(order), first)
  }
}

function flatten(traceId: string, draft: Draft, { from, list }: Children): Tree {
  const { spans, parent, shift, oddities } = draft
  const count = spans.length
  const order = new Int32Array(count)
  /** Where each stands in the forest. */
  const places = new Int32Array(count)
  const stack = new Int32Array(count)
  let [top, length] = [0, 0]
  const push = (of: number) => {
    for (let place = (from[of + 1] ?? 0) - 1; place >= (from[of] ?? 0); place--) stack[top++] = list[place] ?? 0
  }
  push(count)
  while (top > 0) {
    const at = stack[--top] ?? 0
    places[at] = length
    order[length++] = at
    push(at)
  }
  let [begin, finish] = count === 0 ? [0, 0] : [Infinity, -Infinity]
  for (let at = 0; at < count; at++) {
    begin = Math.min(begin, draft.start[at] ?? 0)
    finish = Math.max(finish, draft.end[at] ?? 0)
  }
  const beneath = (of: number): readonly number[] => {
    const first = from[of] ?? 0
    const last = from[of + 1] ?? 0
    if (first === last) return none
    const found: number[] = []
    for (let place = first; place < last; place++) found.push(places[list[place] ?? 0] ?? 0)
    return found
  }
  const told: TreeSpan[] = []
  for (let index = 0; index < count; index++) {
    const at = order[index] ?? 0
    const span = spans[at]
    if (span === undefined) continue
    const above = parent[at] ?? -1
    const place = above === -1 ? -1 : (places[above] ?? -1)
    told.push({
      span,
      parent: place,
      children: beneath(at),
      depth: place === -1 ? 0 : (told[place]?.depth ?? 0) + 1,
      start: (draft.start[at] ?? 0) - begin,
      end: (draft.end[at] ?? 0) - begin,
      shift: shift[at] ?? 0,
      oddities: oddities.get(at) ?? none,
    })
  }
  return { traceId, spans: told, roots: beneath(count), start: begin, duration: finish - begin }
}
