import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import { holds, type Place, placeName } from '#lab/mesh/snapshot/localities.ts'
import type { LocalityLbSetting } from '#lab/mesh/snapshot/mesh-config.ts'
import type { Preference, Tier } from './balance.ts'

/** Istio docs, "Locality Load Balancing". */

/** What a cluster is told about places. `mayFailOver`: outlier detection, without which nobody would know when to. */
export interface LocalityWish {
  setting: LocalityLbSetting
  mayFailOver: boolean
  prefers: 'zone' | 'node' | null
}

/** By where the callers' proxies run; null where places make no difference. */
export function byPlace(wish: LocalityWish, router: Workload, pods: readonly Pod[]): Preference[] | null {
  const { setting, mayFailOver, prefers } = wish
  if (router.ready.length === 0) return null
  const own = { share: 1 / router.ready.length }
  if (prefers !== null)
    return gathered(router.ready, prefers === 'node', caller => [
      { ...own, tiers: tiersBy(pods, pod => closeness(prefers, caller, pod)) },
    ])
  if (!setting.enabled) return null
  if (setting.distribute.length > 0)
    return gathered(router.ready, false, caller => distributed(setting, caller.place, pods, own.share))
  if (!mayFailOver) return null
  const { failoverPriority } = setting
  if (failoverPriority.length > 0)
    return router.ready.map(caller => ({ ...own, tiers: tiersBy(pods, pod => unlike(failoverPriority, caller, pod)) }))
  return gathered(router.ready, false, caller => [
    { ...own, tiers: tiersBy(pods, pod => distance(setting, caller.place, pod.place)) },
  ])
}

/** Callers in one place want the same: their parts are added up. */
function gathered(callers: readonly Pod[], byNode: boolean, wantOf: (caller: Pod) => Preference[]): Preference[] {
  const groups = Map.groupBy(callers, caller => (byNode ? caller.node : placeName(caller.place)))
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : wantOf(first).map(want => ({ ...want, share: want.share * (others.length + 1) })),
  )
}

function tiersBy(pods: readonly Pod[], rank: (pod: Pod) => number): Tier[] {
  const groups = Map.groupBy(pods, rank)
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group.map(pod => ({ pod, weight: 1 })))
}

/** Same place, same zone, same region, a region named for failover, anywhere else. */
function distance({ failover }: LocalityLbSetting, from: Place, to: Place): number {
  if (from.region === to.region) {
    if (from.zone !== to.zone) return 2
    return from.subzone === to.subzone ? 0 : 1
  }
  return failover.some(rule => rule.from === from.region && rule.to === to.region) ? 3 : 4
}

/** How many of the labels, counted from the first that differs, a pod does not share with its caller. */
function unlike(labels: readonly string[], caller: Pod, pod: Pod): number {
  const first = labels.findIndex(label => {
    const [name = '', value] = label.split('=')
    const wanted = value ?? labelOf(caller, name)
    return wanted === undefined || labelOf(pod, name) !== wanted
  })
  return first < 0 ? 0 : labels.length - first
}

function labelOf(pod: Pod, name: string): string | undefined {
  switch (name) {
    case 'topology.kubernetes.io/region':
      return pod.place.region
    case 'topology.kubernetes.io/zone':
      return pod.place.zone
    case 'topology.istio.io/subzone':
      return pod.place.subzone
    case 'kubernetes.io/hostname':
      return pod.node
    default:
      return pod.labels[name]
  }
}

const closeness = (prefers: 'zone' | 'node', caller: Pod, pod: Pod): number => {
  if (prefers === 'node' && caller.node === pod.node) return 0
  if (caller.place.region !== pod.place.region) return 3
  return caller.place.zone === pod.place.zone ? 1 : 2
}

/** The weights of the first rule for the caller's place; a place without pods gives its part to the others. */
function distributed(setting: LocalityLbSetting, from: Place, pods: readonly Pod[], share: number): Preference[] {
  const rule = setting.distribute.find(candidate => holds(candidate.from, from))
  const whole: Tier = pods.map(pod => ({ pod, weight: 1 }))
  if (rule === undefined) return [{ share, tiers: [whole] }]
  const parts = Object.entries(rule.to)
    .map(([pattern, weight]) => ({
      weight,
      tier: whole.filter(({ pod }) => firstHolding(rule.to, pod.place) === pattern),
    }))
    .filter(({ tier, weight }) => tier.length > 0 && weight > 0)
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return [{ share, tiers: [] }]
  const rest = parts.flatMap(({ tier }) => tier)
  return parts.map(({ weight, tier }) => ({ share: (share * weight) / total, tiers: [tier, rest] }))
}

const firstHolding = (to: Readonly<Record<string, number>>, place: Place): string | undefined =>
  Object.keys(to)
    .toSorted((a, b) => b.length - a.length)
    .find(pattern => holds(pattern, place))
