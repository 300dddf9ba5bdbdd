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
   * One more reading. Over another window, and by workloads instead of services, things may be otherwise: each view has
   * a memory of its own. A reading without a judgement is none.
   */
  look(things: Iterable<{ id: string; health: Health }>, at: EpochMilliseconds, view: string): void
  of(id: string, view: string): Since | undefined
}

export function createSinces(limit = most): Sinces {
  const known = new Map<string, Known>()
  return {
    look(things, at, view) {
      for (const { id, health } of things) {
        if (health === 'unknown') continue
        const key = `${view} ${id}`
        const before = known.get(key)
        // Another reading, begun earlier and answered late, changes nothing.
        if (before !== undefined && before.seen >= at) continue
        known.delete(key)
        known.set(key, next(before, health, at))
      }
      for (const key of known.keys()) {
        if (known.size <= limit) break
        known.delete(key)
      }
    },
    of: (id, view) => known.get(`${view} ${id}`)?.since,
  }
}

function next(before: Known | undefined, health: Health, at: EpochMilliseconds): Known {
  if (before === undefined || at - before.seen > patience) return { health, since: { at, isAtLeast: true }, seen: at }
  if (before.health === health) return { ...before, seen: at }
  return { health, since: { at, isAtLeast: false }, seen: at }
}

/** Where memories are told apart. */
export const viewOf = (by: 'service' | 'workload', window: Seconds): string => `${by} ${window}`

/** Things with since when they are as they are. Those of another moment than now have no such memory. */
export const withSince = <Thing extends { id: string }>(
  things: readonly Thing[],
  sinces: Sinces,
  view: string,
): Thing[] =>
  things.map(thing => {
    const since = sinces.of(thing.id, view)
    return since === undefined ? thing : { ...thing, since }
  })
