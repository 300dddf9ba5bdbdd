import { type Snapshot, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { Connection } from './connections.ts'
import { type XdsType, xdsTypes } from './types.ts'

/** One round of istiod's: what had changed until then went out to the proxies. */
export interface Push {
  number: number
  /** As istiod writes it: `2026-11-25T14:00:00Z/7`. */
  version: string
  /** Milliseconds since the epoch. */
  time: number
}

/** What was pushed, and what each proxy took of it. */
export interface Pushes {
  readonly latest: Push
  /** The last push that had something of this type. */
  sent(type: XdsType): Push
  /** The last one of it that a proxy took: an older one where it no longer listens, or rejects what came since. */
  acked(connection: Connection, type: XdsType): Push
}

export interface PushLog extends Pushes {
  push(time: number, types: readonly XdsType[], snapshot: Snapshot): Push
  /** The proxies of a workload take nothing from now on, or take everything again. */
  hold(workload: string, isHeld: boolean): void
}

/** Endpoints come and go for proxies that no longer listen, too: see `heldBack`. */
const heldTypes: ReadonlySet<XdsType> = new Set(['cds', 'lds', 'rds', 'nds', 'wads'])

export function createPushLog(began: number): PushLog {
  const first = pushOf(1, began)
  let latest = first
  const sent = new Map<XdsType, Push>(xdsTypes.map(type => [type, first]))
  /** Workload → what it had when it stopped to listen. */
  const held = new Map<string, ReadonlyMap<XdsType, Push>>()
  /** `workload type` → the last push it did not reject. */
  const good = new Map<string, Push>()
  const sentOf = (type: XdsType) => sent.get(type) ?? first
  return {
    get latest() {
      return latest
    },
    sent: sentOf,
    acked({ workload }, type) {
      const heldAt = heldTypes.has(type) ? held.get(workload.key)?.get(type) : undefined
      return heldAt ?? good.get(`${workload.key} ${type}`) ?? sentOf(type)
    },
    push(time, types, snapshot) {
      latest = pushOf(latest.number + 1, time)
      const rejecting = new Set<string>()
      for (const { workload, type } of rejections(snapshot)) {
        const key = `${workload} ${type}`
        rejecting.add(key)
        if (!good.has(key)) good.set(key, sentOf(type))
      }
      for (const key of good.keys()) if (!rejecting.has(key)) good.delete(key)
      for (const type of types) sent.set(type, latest)
      return latest
    },
    hold(workload, isHeld) {
      if (!isHeld) held.delete(workload)
      else if (!held.has(workload)) held.set(workload, new Map(sent))
    },
  }
}

const pushOf = (number: number, time: number): Push => ({
  number,
  time,
  version: `${new Date(time).toISOString().slice(0, 19)}Z/${number}`,
})

export interface Rejection {
  workload: string
  type: XdsType
  /** `namespace/name` of the EnvoyFilter. */
  filter: string
  problem: string
}

const known = new WeakMap<Snapshot, readonly Rejection[]>()

/** What proxies reject of what they are sent: one for each type, however many filters spoil it. */
export function rejections(snapshot: Snapshot): readonly Rejection[] {
  let found = known.get(snapshot)
  if (found === undefined) known.set(snapshot, (found = read(snapshot)))
  return found
}

function read(snapshot: Snapshot): Rejection[] {
  const found: Rejection[] = []
  if (snapshot.envoyFilters.rejected.length === 0 && snapshot.held.size === 0) return found
  for (const workload of snapshot.workloads.values()) {
    const own = new Map<XdsType, Rejection>()
    for (const { name: filter, problem, type, isSentTo } of toldTo(snapshot, workload).envoyFilters.rejected)
      if (!own.has(type) && isSentTo(workload)) own.set(type, { workload: workload.key, type, filter, problem })
    found.push(...own.values())
  }
  return found
}
