/** Names this wide (of the strip) stand beside each other; those that find no room are a line without a name. */
const width = 0.2
const lanes = 3

/** Things along a line, in order: each where it is, in the first lane that has room for its name; null: in none. */
export function placed<T>(
  things: readonly T[],
  where: (thing: T) => number,
): { of: T; place: number; lane: number | null }[] {
  const ends = Array.from({ length: lanes }, () => Number.NEGATIVE_INFINITY)
  return things.map(of => {
    const place = Math.min(1, Math.max(0, where(of)))
    // Near the end a name stands to the left of its line.
    const begin = place > 0.72 ? place - width : place
    const lane = ends.findIndex(end => end <= begin)
    if (lane === -1) return { of, place, lane: null }
    ends[lane] = place > 0.72 ? place : place + width
    return { of, place, lane }
  })
}
