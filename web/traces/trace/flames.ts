import type { Model } from './model.ts'

/** One place of the call tree: everything that was called by the same way. Microseconds. */
export interface Flame {
  id: number
  service: string
  operation: string
  isHidden: boolean
  depth: number
  parent: Flame | null
  children: Flame[]
  count: number
  errors: number
  self: number
  /** Its own time and that of all beneath: what ran at the same time counts each. */
  work: number
}

/** The spans of a trace gathered by their way from the root; brothers by their work. */
export function flamesOf({ tree, self }: Model): Flame {
  let count = 0
  const make = (service: string, operation: string, isHidden: boolean, parent: Flame | null): Flame => ({
    id: count++,
    service,
    operation,
    isHidden,
    depth: parent === null ? 0 : parent.depth + 1,
    parent,
    children: [],
    count: 0,
    errors: 0,
    self: 0,
    work: 0,
  })
  const root = make('', '', false, null)
  const places: Flame[] = []
  const all: Flame[] = []
  const known = new Map<string, Flame>()
  for (const [index, { span, parent }] of tree.spans.entries()) {
    const above = places[parent] ?? root
    const key = `${above.id} ${JSON.stringify([span.service, span.operation])}`
    let place = known.get(key)
    if (place === undefined) {
      place = make(span.service, span.operation, span.isHidden === true, above)
      known.set(key, place)
      above.children.push(place)
      all.push(place)
    }
    place.count++
    place.errors += span.isError ? 1 : 0
    place.self += self[index] ?? 0
    places.push(place)
  }
  // Children were made after their parents.
  for (const place of all.reverse()) {
    place.work += place.self
    if (place.parent !== null) place.parent.work += place.work
    place.children.sort((a, b) => b.work - a.work)
  }
  root.children.sort((a, b) => b.work - a.work)
  return root
}

export interface DrawnFlame {
  flame: Flame
  row: number
  /** Parts of the whole width, 0–1. */
  left: number
  width: number
}

/** Those that can be seen: as wide as a hair, and not deeper than a picture goes. `deeper`: levels that are left out. */
export function drawnFlames(top: Flame, rows: number, least: number): { drawn: DrawnFlame[]; deeper: number } {
  const drawn: DrawnFlame[] = []
  let deepest = 0
  const stack: DrawnFlame[] = [{ flame: top, row: 0, left: 0, width: 1 }]
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    deepest = Math.max(deepest, each.row)
    if (each.row < rows) drawn.push(each)
    let { left } = each
    for (const flame of each.flame.children) {
      const width = each.flame.work === 0 ? 0 : (each.width * flame.work) / each.flame.work
      if (width >= least) stack.push({ flame, row: each.row + 1, left, width })
      left += width
    }
  }
  return { drawn: drawn.sort((a, b) => a.row - b.row || a.left - b.left), deeper: Math.max(0, deepest - rows + 1) }
}
