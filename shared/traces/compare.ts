import { selfTimes } from './self-time.ts'
import type { Tree } from './tree.ts'

export interface Figures {
  /** Mean number of spans in a trace: of one trace, the number. */
  count: number
  errors: number
  /** Microseconds: summed duration and own time, the median over the traces that have it. */
  duration: number
  self: number
}

/** What one place of the call tree did on both sides; null: it is not there. */
export interface Comparison {
  service: string
  operation: string
  depth: number
  before: Figures | null
  after: Figures | null
}

/** A place in call trees: the services and operations from the root down to it. */
interface Place {
  service: string
  operation: string
  depth: number
  children: Map<string, Place>
  before: Figures[]
  after: Figures[]
}

/**
 * One trace against one or many, place by place: two spans are at the same place where the services and operations
 * above them are the same. Of many the median is taken, so that one slow stranger does not tilt it. A parent comes
 * before its children, brothers by name.
 */
export function compare(before: readonly Tree[], after: readonly Tree[]): Comparison[] {
  const root: Place = { service: '', operation: '', depth: -1, children: new Map(), before: [], after: [] }
  for (const tree of before) enter(tree, root, 'before')
  for (const tree of after) enter(tree, root, 'after')
  const found: Comparison[] = []
  const stack = [root]
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    if (place !== root)
      found.push({
        service: place.service,
        operation: place.operation,
        depth: place.depth,
        before: summed(place.before, before.length),
        after: summed(place.after, after.length),
      })
    const children = [...place.children].sort(([a], [b]) => (a < b ? 1 : -1))
    for (const [, child] of children) stack.push(child)
  }
  return found
}

function enter(tree: Tree, root: Place, side: 'before' | 'after'): void {
  const self = selfTimes(tree)
  const places: Place[] = []
  const own = new Map<Place, Figures>()
  for (const [index, { span, parent, start, end }] of tree.spans.entries()) {
    const above = places[parent] ?? root
    const key = JSON.stringify([span.service, span.operation])
    const place = above.children.get(key) ?? {
      service: span.service,
      operation: span.operation,
      depth: above.depth + 1,
      children: new Map(),
      before: [],
      after: [],
    }
    above.children.set(key, place)
    places.push(place)
    const known = own.get(place) ?? { count: 0, errors: 0, duration: 0, self: 0 }
    own.set(place, {
      count: known.count + 1,
      errors: known.errors + (span.isError ? 1 : 0),
      duration: known.duration + end - start,
      self: known.self + (self[index] ?? 0),
    })
  }
  for (const [place, figures] of own) place[side].push(figures)
}

function summed(found: readonly Figures[], traces: number): Figures | null {
  if (found.length === 0) return null
  const mean = (of: (figures: Figures) => number) => found.reduce((sum, each) => sum + of(each), 0) / traces
  return {
    count: mean(({ count }) => count),
    errors: mean(({ errors }) => errors),
    duration: median(found.map(({ duration }) => duration)),
    self: median(found.map(({ self }) => self)),
  }
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
