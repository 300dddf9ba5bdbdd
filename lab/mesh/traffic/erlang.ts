/** Longer lines than this are as good as endless. */
const longest = 4096

/**
 * A queue with so many servers and so many places to wait (M/M/c/K), by the chance that all places are taken where
 * there are k of them, from one to all: each follows from the one before and stays between 0 and 1.
 *
 * @param busy servers that the requests would keep busy if nobody were turned away.
 * @returns the share that finds every place taken, and how many wait on average.
 */
export function queue(busy: number, servers: number, places: number): { lost: number; waiting: number } {
  if (busy <= 0) return { lost: 0, waiting: 0 }
  // Eight standard deviations from the limit nobody ever waits.
  if (busy + 8 * Math.sqrt(busy) + 8 < servers) return { lost: 0, waiting: 0 }
  const all = servers + Math.min(places, longest)
  let full = 1
  let waiting = 0
  for (let place = 1; place <= all; place++) {
    const ratio = (busy / Math.min(place, servers)) * full
    full = ratio / (1 + ratio)
    waiting = (1 - full) * waiting + Math.max(0, place - servers) * full
  }
  return { lost: Number.isFinite(places) ? full : 0, waiting }
}
