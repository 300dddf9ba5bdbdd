import type { Milliseconds } from '#shared/units.ts'

/** As long as a piece of work may keep everybody else waiting. */
const slice: Milliseconds = 12

/** Runs work in small steps to its end; whoever waits for a turn gets one in between. */
export async function inSlices<T>(work: Generator<void, T, void>, signal?: AbortSignal): Promise<T> {
  let began = performance.now()
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    if (performance.now() - began < slice) continue
    // oxlint-disable-next-line no-await-in-loop -- the pause is what this is for
    await new Promise(resolve => setImmediate(resolve))
    signal?.throwIfAborted()
    began = performance.now()
  }
}
