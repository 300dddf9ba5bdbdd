import type { LogLine } from '#lab/contract.ts'
import type { Hop } from '#lab/mesh/requests/pack.ts'

/** Makes the text of a line from what it tells of: a request, or words that are text already. */
export interface Teller {
  readonly stream: 'stdout' | 'stderr'
  readonly tell: (of: Hop | string) => string
}

/** The last lines of one container: what they tell of, not their texts. */
export interface Ring {
  /** Number of the oldest line that is kept, and of the next one to come. Numbers only rise. */
  readonly first: number
  readonly next: number
  readonly bytes: number
  /** Lines come in the order they were written: one that is late is written late. */
  push(time: number, of: Hop | string, teller: Teller): void
  /** From line number `from` on. */
  lines(from: number): LogLine[]
  /** Forgets the oldest quarter. */
  shrink(): void
}

/** What a line costs here, with its part of a request that several lines tell of. */
const lineBytes = 64
const bytesOf = (of: Hop | string): number => (typeof of === 'string' ? lineBytes + of.length : lineBytes)

/** @param limit bytes. */
export function createRing(limit: number): Ring {
  let size = 16
  let times = new Float64Array(size)
  let told: (Hop | string)[] = empty(size, '')
  let tellers: (Teller | null)[] = empty(size, null)
  let first = 0
  let next = 0
  let bytes = 0
  let latest = Number.NEGATIVE_INFINITY

  const drop = () => {
    const place = first % size
    bytes -= bytesOf(told[place] ?? '')
    told[place] = ''
    tellers[place] = null
    first++
  }
  const grow = () => {
    const [oldTimes, oldTold, oldTellers, oldSize] = [times, told, tellers, size]
    size *= 2
    times = new Float64Array(size)
    told = empty(size, '')
    tellers = empty(size, null)
    for (let number = first; number < next; number++) {
      const [from, to] = [number % oldSize, number % size]
      times[to] = oldTimes[from] ?? 0
      told[to] = oldTold[from] ?? ''
      tellers[to] = oldTellers[from] ?? null
    }
  }
  return {
    get first() {
      return first
    },
    get next() {
      return next
    },
    get bytes() {
      return bytes
    },
    push(time, of, teller) {
      const cost = bytesOf(of)
      while (next > first && bytes + cost > limit) drop()
      if (next - first === size) grow()
      latest = Math.max(latest, time)
      const place = next % size
      times[place] = latest
      told[place] = of
      tellers[place] = teller
      bytes += cost
      next++
    },
    lines(from) {
      const lines: LogLine[] = []
      for (let number = Math.max(from, first); number < next; number++) {
        const place = number % size
        const [of, teller] = [told[place] ?? '', tellers[place]]
        if (teller) lines.push({ time: times[place] ?? 0, stream: teller.stream, text: () => teller.tell(of) })
      }
      return lines
    },
    shrink() {
      for (let left = Math.ceil((next - first) / 4); left > 0; left--) drop()
    },
  }
}

const empty = <T>(length: number, value: T): T[] => Array.from({ length }, () => value)
