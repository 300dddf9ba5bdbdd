import { wobble } from './random.ts'

const day = 86_400_000
const minute = 60_000
/** Of a day in UTC: most people shop in the afternoon. */
const busiest = 15 * 3_600_000

/**
 * Requests per second of an origin at a moment, whose mean over a day is `rate`. `daily` is how far the day swings
 * (0–1); a minute swings by 3.5 %, each at its own point; noise stays below 15 %.
 */
export function rateAt(
  origin: { rate: number; daily: number },
  key: number,
  seed: number,
  time: number,
  seconds: number,
): number {
  const byDay = 1 + origin.daily * Math.cos((2 * Math.PI * (time - busiest)) / day)
  const byMinute = 1 + 0.035 * Math.sin(2 * Math.PI * (time / minute + (key % 997) / 997))
  return origin.rate * byDay * byMinute * noise(origin.rate, key, seed, time, seconds)
}

/**
 * A factor around 1, wider the rarer the requests are. Narrower than counting would make it: two programs that read the
 * same minute at different seconds shall agree within a few percent.
 */
export function noise(rate: number, key: number, seed: number, time: number, seconds: number): number {
  if (rate <= 0) return 1
  const width = Math.min(0.06, 0.25 / Math.sqrt(rate)) / Math.sqrt(seconds)
  return 1 + width * wobble(key, seed, Math.floor(time / 1000) >>> 0)
}
