import type { Health } from '#shared/mesh/health.ts'
import type { Fleet } from '#shared/proxies/api.ts'

export interface FleetSum {
  /** Of control planes: pods. */
  ready: number
  istiods: number
  /** Proxies. */
  pods: number
  synced: number
  stale: number
  unknown: number
}

export function sumOf({ istiods, parts }: Fleet): FleetSum {
  const sum = { ready: 0, istiods: 0, pods: 0, synced: 0, stale: 0, unknown: 0 }
  for (const { ready, total } of istiods) {
    sum.ready += ready
    sum.istiods += total
  }
  for (const { pods, synced, stale, unknown } of parts) {
    sum.pods += pods
    sum.synced += synced
    sum.stale += stale
    sum.unknown += unknown
  }
  return sum
}

/** No istiod: nothing learns of changes. Some proxies behind: they go by what was. */
export function healthOf(fleet: Fleet): Health {
  const { ready, istiods, stale, unknown } = sumOf(fleet)
  if (istiods === 0) return 'unknown'
  if (ready === 0) return 'failing'
  const isBehind = stale > 0 || (!fleet.isUnheard && unknown > 0)
  return ready < istiods || isBehind ? 'degraded' : 'healthy'
}

/** A proxy of another minor version than any control plane: upgrades leave such behind (Istio documentation, "Upgrade"). */
export function isOther(version: string | null, { istiods }: Pick<Fleet, 'istiods'>): boolean {
  const minor = (text: string): string => text.split('.').slice(0, 2).join('.')
  const own = istiods.flatMap(({ versions }) => versions)
  return version !== null && own.length > 0 && !own.some(each => minor(each) === minor(version))
}
