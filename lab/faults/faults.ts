import { faultKinds } from './kinds/all.ts'
import type { Disturbance } from '#lab/mesh/traffic/disturbances.ts'
import { incidentAt } from './schedule.ts'
import type { FaultKind, FaultWorld, RunningFault } from './world.ts'

/** One that runs. Times are milliseconds since the epoch. */
export interface Fault {
  id: number
  name: string
  target: string
  since: number
  /** When it ends by itself; null where somebody has to end it. */
  until: number | null
  /** By the schedule, not by hand. */
  isScheduled: boolean
}

/** What there is to say when something cannot be started or stopped: one sentence. */
export class FaultError extends Error {}

export interface Faults {
  kinds(): { name: string; about: string; targets: string[] }[]
  running(): Fault[]
  /** @param seconds until it ends by itself; absent: until it is stopped. Throws FaultError. */
  start(name: string, wish?: { target?: string; seconds?: number }): Fault
  /** By id or by name (then all of that name). Returns those that were ended; throws FaultError where there is none. */
  stop(which: string): Fault[]
  /** Lets time pass: once a second, with milliseconds since the epoch. Returns what disturbs the traffic now. */
  tick(now: number): readonly Disturbance[]
  stopAll(): void
}

export interface FaultsOptions {
  world: FaultWorld
  seed: number
  now: () => number
  /** Small incidents by themselves, about every ten minutes. */
  isScheduled: boolean
  kinds?: readonly FaultKind[]
}

/** A small incident: enough to be seen, not enough to spoil the day. */
const small = 0.4

export function createFaults({ world, seed, now, isScheduled, kinds = faultKinds }: FaultsOptions): Faults {
  const running = new Map<number, { about: Fault; act: RunningFault }>()
  const startedAt = now()
  const scheduled = kinds.filter(kind => !kind.isByHandOnly).map(kind => kind.name)
  let ids = 0
  let next = 0

  const named = (name: string): FaultKind => {
    const kind = kinds.find(one => one.name === name)
    if (kind) return kind
    throw new FaultError(`There is no fault ${name}; there is ${kinds.map(one => one.name).join(', ')}.`)
  }
  const begin = (kind: FaultKind, target: string, strength: number, until: number | null, byItself: boolean): Fault => {
    const about = { id: ++ids, name: kind.name, target, since: now(), until, isScheduled: byItself }
    running.set(about.id, { about, act: kind.begin(world, target, strength) })
    return about
  }
  const end = (id: number): Fault | undefined => {
    const found = running.get(id)
    if (found === undefined) return undefined
    running.delete(id)
    found.act.end()
    return found.about
  }
  const isRunning = (name: string, target: string) =>
    [...running.values()].some(({ about }) => about.name === name && about.target === target)

  /** The incidents that are due. One that finds nothing to happen to is left out. */
  function follow(time: number): void {
    for (;;) {
      const incident = incidentAt(seed, next, scheduled)
      if (incident === null || startedAt + incident.at * 1000 > time) return
      next++
      const until = startedAt + (incident.at + incident.lasts) * 1000
      if (until <= time) continue
      const kind = named(incident.kind)
      const targets = kind.targets(world)
      const target = targets[Math.floor(incident.choice * targets.length)]
      if (target !== undefined && !isRunning(kind.name, target)) begin(kind, target, small, until, true)
    }
  }

  return {
    kinds: () => kinds.map(({ name, about, targets }) => ({ name, about, targets: targets(world) })),
    running: () => [...running.values()].map(({ about }) => about),
    start(name, { target, seconds } = {}) {
      const kind = named(name)
      const targets = kind.targets(world)
      if (targets.length === 0) throw new FaultError(`This mesh has nothing that ${name} could happen to.`)
      const chosen = target ?? targets[0] ?? ''
      if (!targets.includes(chosen))
        throw new FaultError(`${name} cannot happen to ${chosen}; it can to ${targets.slice(0, 20).join(', ')}.`)
      if (isRunning(name, chosen)) throw new FaultError(`${name} is happening to ${chosen} already.`)
      return begin(kind, chosen, 1, seconds === undefined ? null : now() + seconds * 1000, false)
    },
    stop(which) {
      const ids = [...running.values()]
        .filter(({ about }) => String(about.id) === which || about.name === which)
        .map(({ about }) => about.id)
      if (ids.length === 0) throw new FaultError(`No fault ${which} is running.`)
      return ids.flatMap(id => end(id) ?? [])
    },
    tick(time) {
      for (const { about } of running.values()) if (about.until !== null && about.until <= time) end(about.id)
      if (isScheduled) follow(time)
      return [...running.values()].flatMap(
        ({ about, act }) => act.disturbances?.(Math.max(0, (time - about.since) / 1000)) ?? [],
      )
    },
    stopAll() {
      for (const id of running.keys()) end(id)
    },
  }
}
