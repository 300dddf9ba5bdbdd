/** Lines of one container, in the order it wrote them. */
interface Stamped {
  readonly at: number | null
  readonly stamp: string
}

/**
 * Lines of several containers as one, by the time the runtime stamped them. Each container's own order is kept, also
 * where its clock went back; a line without a stamp stays after the one before it.
 */
export function merge<Line extends Stamped>(streams: readonly (readonly Line[])[]): Line[] {
  const heads = streams.map(() => 0)
  // A stream's place in time never goes back: what comes after a line cannot be sorted before it.
  const times = streams.map(lines => {
    let latest = ''
    return lines.map(({ at, stamp }) => (latest = at !== null && stamp > latest ? stamp : latest))
  })
  const merged: Line[] = []
  const total = streams.reduce((sum, { length }) => sum + length, 0)
  while (merged.length < total) {
    let next = -1
    let earliest = ''
    for (let stream = 0; stream < streams.length; stream++) {
      const time = times[stream]?.[heads[stream] ?? 0]
      if (time === undefined || (next !== -1 && time >= earliest)) continue
      next = stream
      earliest = time
    }
    const line = streams[next]?.[heads[next] ?? 0]
    if (line === undefined) break
    merged.push(line)
    heads[next] = (heads[next] ?? 0) + 1
  }
  return merged
}
