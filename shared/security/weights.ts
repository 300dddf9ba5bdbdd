/** When calls came within a window. */
export interface Weights {
  /** End of the last step in which one came; null: in none; absent: nobody said. */
  lastSeen?: number | null | undefined
  /** How many came in each step, the oldest first. */
  hours?: number[] | undefined
}

/** Of two kinds of calls as one; what is known of neither stays untold. */
export function weightsTogether(one: Weights, other: Weights): Weights {
  const seen = [one.lastSeen, other.lastSeen].filter(each => each !== undefined)
  const [first, second] = [one.hours ?? other.hours, other.hours ?? one.hours]
  return {
    ...(seen.length === 0
      ? {}
      : { lastSeen: seen.reduce((last, each) => (last === null || (each ?? 0) > last ? each : last)) }),
    ...(first === undefined || second === undefined
      ? {}
      : one.hours === undefined || other.hours === undefined
        ? { hours: first }
        : { hours: first.map((weight, index) => weight + (second[index] ?? 0)) }),
  }
}
