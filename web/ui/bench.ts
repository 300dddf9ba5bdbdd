/** What benches of pages have in common. `npm run bench` calls `measure` in a browser; no page leads here. */
declare global {
  var measure: () => Promise<unknown>
}

export const frame = (): Promise<number> => new Promise(resolve => requestAnimationFrame(resolve))

export interface Frames {
  frames: number
  /** Too late for sixty a second. */
  late: number
  /** Milliseconds of the longest. */
  longest: number
}

/** Frames while something is scrolled before each of them. */
export async function scrolled(frames: number, step: (index: number) => void): Promise<Frames> {
  let [late, longest, before] = [0, 0, await frame()]
  for (let index = 0; index < frames; index++) {
    step(index)
    // oxlint-disable-next-line no-await-in-loop -- frames come one after the other
    const at = await frame()
    if (at - before > 25) late++
    longest = Math.max(longest, at - before)
    before = at
  }
  return { frames, late, longest }
}

/** Milliseconds until what was done is in pixels: the frame that is drawn then, and what is worked out for it. */
export async function untilPainted(act: () => void): Promise<number> {
  await frame()
  const begun = performance.now()
  act()
  await frame()
  // After all that the frame asked for: a task comes only when it is painted.
  await new Promise<void>(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => resolve())
    port1.start()
    port2.postMessage(null)
  })
  return performance.now() - begun
}
