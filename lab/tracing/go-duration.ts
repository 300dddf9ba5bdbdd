/** Go's durations as Jaeger's API takes them: `1.2s`, `100ms`, `1h2m`, `500us`. */

const microseconds: Record<string, number> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
}

/** Microseconds, or null where the text is not a duration. */
export function parseGoDuration(text: string): number | null {
  if (text === '0') return 0
  const match = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text)
  if (match === null) return null
  let sum = 0
  for (const [, number, unit] of (match[2] ?? '').matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(number) * (microseconds[unit ?? ''] ?? 0)
  return match[1] === '-' ? -sum : sum
}
