import type { Pod } from '#lab/mesh/snapshot/facts.ts'

/** How requests spread over pods, some of which may not be well. */

/** A part of the requests, and where it wants to go: the first tier as far as it is healthy, then the next. */
export interface Preference {
  share: number
  tiers: readonly Tier[]
}

export type Tier = readonly { pod: Pod; weight: number }[]

/** How much of its weight a pod gets now: 0 = not used. */
export type Fitness = (pod: Pod) => number

/** Envoy docs, "Overprovisioning Factor": a tier takes everything until a good quarter of it is gone. */
const overprovisioning = 1.4

/** Shares of the pods, in all 1; less by what finds nobody healthy. */
export function sharesOf(preferences: readonly Preference[], fitness: Fitness): Map<Pod, number> {
  const shares = new Map<Pod, number>()
  for (const { share, tiers } of preferences) {
    const health = tiers.map(tier => healthOf(tier, fitness))
    // Where all tiers together are not well enough, they share what there is by how well they are.
    const total = Math.min(
      1,
      health.reduce((sum, value) => sum + value, 0),
    )
    if (total === 0) continue
    let left = 1
    for (const [index, tier] of tiers.entries()) {
      const taken = Math.min(left, (health[index] ?? 0) / total)
      left -= taken
      if (taken > 0) divide(shares, tier, fitness, share * taken)
      if (left <= 1e-12) break
    }
  }
  return shares
}

function healthOf(tier: Tier, fitness: Fitness): number {
  let well = 0
  for (const { pod } of tier) if (fitness(pod) > 0) well++
  return tier.length === 0 ? 0 : Math.min(1, (overprovisioning * well) / tier.length)
}

function divide(shares: Map<Pod, number>, tier: Tier, fitness: Fitness, share: number): void {
  let total = 0
  for (const { pod, weight } of tier) total += weight * fitness(pod)
  if (total <= 0) return
  for (const { pod, weight } of tier) {
    const part = (share * weight * fitness(pod)) / total
    if (part > 0) shares.set(pod, (shares.get(pod) ?? 0) + part)
  }
}

/** All pods alike. */
export const evenly = (pods: readonly Pod[]): Preference[] => [
  { share: 1, tiers: [pods.map(pod => ({ pod, weight: 1 }))] },
]
