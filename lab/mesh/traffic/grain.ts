import type { Preference } from '#lab/mesh/decide/balance.ts'
import type { Cluster } from '#lab/mesh/decide/outcome.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { placeName } from '#lab/mesh/snapshot/localities.ts'

/** How finely somebody chooses between the pods of a node: not at all, by where they run, or one by one. */
export type Grain = 'none' | 'place' | 'pod'

const order: readonly Grain[] = ['none', 'place', 'pod']

export const finer = (a: Grain, b: Grain): Grain => (order.indexOf(a) > order.indexOf(b) ? a : b)

/**
 * How finely a cluster tells pods apart, or may come to. Where series carry pods each pod's own fate is to be seen;
 * else by place is enough where pods of one place are treated alike.
 */
export function grainOf(cluster: Cluster | null, perPod: boolean): Grain {
  if (cluster === null) return 'none'
  const { preferences, policy } = cluster
  if (policy.loadBalancer?.warmup) return 'pod'
  if (preferences === null) return policy.outlierDetection === null ? 'none' : perPod ? 'pod' : 'place'
  return !perPod && isByPlace(preferences) ? 'place' : 'pod'
}

/** Do pods of one place stand in the same tiers? */
function isByPlace(preferences: readonly Preference[]): boolean {
  const standing = new Map<Pod, string>()
  for (const [index, { tiers }] of preferences.entries())
    for (const [rank, tier] of tiers.entries())
      for (const { pod } of tier) standing.set(pod, `${standing.get(pod) ?? ''} ${index}.${rank}`)
  const byPlace = new Map<string, string>()
  for (const [pod, tiers] of standing) {
    const place = placeName(pod.place)
    if ((byPlace.get(place) ?? tiers) !== tiers) return false
    byPlace.set(place, tiers)
  }
  return true
}
