import type { Health, Since } from '#shared/mesh/health.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'

/** Nobody looked for longer than this: what was before is not known to have lasted. */
const patience: Milliseconds = 120_000
/** Things that are remembered; those not looked at for the longest go first. */
const most = 50_000

interface Known {
  health: Health
  since: Since
  seen: EpochMilliseconds
}

/** Since when things are as they are, from one reading to the next. */
export interface Sinces {
  /**
   * One more reading. Over another window things may be otherwise, so each window has its own memory. Without a
   * judgement there is nothing to remember.
   */
  look(things: Iterable<{ id: string; health: Health }>, at: EpochMilliseconds, window: Seconds): void
  of(id: string, window: Seconds): Since | undefined
}

export function createSinces(limit = most): Sinces {
  const known = new Map<string, Known>()
  return {
    look(things, at, window) {
      for (const { id, health } of things) {
        const key = `${window} ${id}`
        const before = known.get(key)
        // Another reading, begun earlier and answered late, changes nothing.
        if (before !== undefined && before.seen >= at) continue
        known.delete(key)
        if (health !== 'unknown') known.set(key, next(before, health, at))
      }
      for (const key of known.keys()) {
        if (known.size <= limit) break
        known.delete(key)
      }
    },
    of: (id, window) => known.get(`${window} ${id}`)?.since,
  }
}

function next(before: Known | undefined, health: Health, at: EpochMilliseconds): Known {
  if (before === undefined || at - before.seen > patience) return { health, since: { at, isAtLeast: true }, seen: at }
  if (before.health === health) return { ...before, seen: at }
  return { health, since: { at, isAtLeast: false }, seen: at }
}

/** Things with since when they are as they are. Those of another moment than now have no such memory. */
export const withSince = <Thing extends { id: string }>(
  things: readonly Thing[],
  sinces: Sinces,
  window: Seconds,
): Thing[] =>
  things.map(thing => {
    const since = sinces.of(thing.id, window)
    return since === undefined ? thing : { ...thing, since }
  })
