import type { Tree } from './tree.ts'

/** A stretch of time on which the trace's end depended. `span` is an index into `Tree.spans`, -1: no span accounts for it. */
export interface Segment {
  span: number
  /** Microseconds since the trace's start. */
  start: number
  end: number
}

interface Wait {
  span: number
  start: number
  end: number
}

/** A stretch that a span has to account for, from its end backwards. */
interface Stretch {
  span: number
  from: number
  to: number
  /** Children, the last to end on top. */
  waits: Wait[]
}

/**
 * The critical path: what would have had to be faster for the whole to end earlier. Walked backwards from the end: a
 * span waited for the child that ended last; before that child began, for the one that ended last until then; in
 * between the time is its own. A child that outlives its parent counts as long as the parent lasts. A child that was
 * still running when the one waited for began did not hold it up, so it is passed over. The trace itself waits for its
 * roots one after the other; what lies between them is told as nobody's.
 *
 * Law: the segments lie in the order of time, touch each other, and their lengths sum to the trace's duration.
 */
export function criticalPath(tree: Tree): Segment[] {
  const segments: Segment[] = []
  const add = (span: number, start: number, end: number) => {
    if (end <= start) return
    const last = segments.at(-1)
    // What goes on where the last stretch of the same span began is one with it.
    if (last !== undefined && last.span === span && last.start === end) last.start = start
    else segments.push({ span, start, end })
  }
  const stretch = (span: number, from: number, to: number, children: readonly number[]): Stretch => ({
    span,
    from,
    to,
    waits: children
      .flatMap((child): Wait[] => {
        const { start = 0, end = 0 } = tree.spans[child] ?? {}
        const wait = { span: child, start: Math.max(start, from), end: Math.min(end, to) }
        return wait.end > wait.start ? [wait] : []
      })
      .sort((a, b) => a.end - b.end || b.start - a.start),
  })
  const stack = [stretch(-1, 0, tree.duration, tree.roots)]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const wait = top.waits.pop()
    if (wait === undefined) {
      add(top.span, top.from, top.to)
      stack.pop()
      continue
    }
    const isRoot = top.span === -1
    const end = isRoot ? Math.min(wait.end, top.to) : wait.end
    if (end > top.to || end <= wait.start) continue
    add(top.span, end, top.to)
    top.to = wait.start
    stack.push(stretch(wait.span, wait.start, end, tree.spans[wait.span]?.children ?? []))
  }
  return segments.reverse()
}

/** Microseconds on the critical path by span index; -1: nobody's. */
export function criticalTime(segments: readonly Segment[]): Map<number, number> {
  const times = new Map<number, number>()
  for (const { span, start, end } of segments) times.set(span, (times.get(span) ?? 0) + end - start)
  return times
}
