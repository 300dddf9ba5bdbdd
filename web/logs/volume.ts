import type { Row } from './book.ts'

export interface Bar {
  from: number
  to: number
  error: number
  warn: number
  other: number
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400].map(s => s * 1000)
const most = 80

/** How many lines there were over time, in at most eighty bars of a round length each. Rows are by time. */
export function volume(rows: readonly Row[]): Bar[] {
  const times = rows.flatMap(({ at }) => (at === null ? [] : [at]))
  // A few lines of long ago, of a container that says little, would press all others into one bar.
  const [first, last] = [times[Math.floor(times.length * 0.03)], times.at(-1)]
  if (first === undefined || last === undefined) return []
  const span = Math.max(1, last - first)
  const step = steps.find(each => span / each < most - 1) ?? Math.ceil(span / (most - 1))
  const begin = Math.floor(first / step) * step
  const count = Math.min(most, Math.floor((last - begin) / step) + 1)
  const bars = Array.from(
    { length: count },
    (_, index): Bar => ({ from: begin + index * step, to: begin + (index + 1) * step, error: 0, warn: 0, other: 0 }),
  )
  for (const { at, level } of rows) {
    const bar = at === null ? undefined : bars[Math.floor((at - begin) / step)]
    if (bar) bar[level === 'error' || level === 'warn' ? level : 'other'] += 1
  }
  return bars
}
