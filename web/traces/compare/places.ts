import type { TraceComparison } from '#shared/traces/api.ts'

export type Place = TraceComparison['places'][number]

/** A place with what changed at it, microseconds: from A to B. Where it is only on one side, all of it. */
export interface PlaceRow extends Place {
  id: string
  duration: number
  self: number
}

export const rowsOf = (places: readonly Place[]): PlaceRow[] =>
  places.map((place, index) => ({
    ...place,
    id: String(index),
    duration: (place.after?.duration ?? 0) - (place.before?.duration ?? 0),
    self: (place.after?.self ?? 0) - (place.before?.self ?? 0),
  }))

/** How much longer B took: of its roots. */
export const changed = (rows: readonly PlaceRow[]): number =>
  rows.filter(({ depth }) => depth === 0).reduce((sum, { duration }) => sum + duration, 0)

/** Where most of a change in this direction is own time; null: nowhere. */
export function grownMost(rows: readonly PlaceRow[], direction: 1 | -1): PlaceRow | null {
  let most: PlaceRow | null = null
  for (const row of rows) if (row.self * direction > (most === null ? 0 : most.self * direction)) most = row
  return most
}
