import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { placeName } from '#lab/mesh/snapshot/localities.ts'
import { type Disturbance, effectOn, type Sum } from './disturbances.ts'
import type { Grain } from './grain.ts'
import { emptyNow } from './nodes.ts'
import type { Cohort, Node, NodeNow } from './plan.ts'

/**
 * Divides a node's pods into those that behave alike and are treated alike, most often all of them.
 *
 * @param grain how finely somebody chooses between them.
 */
export function divide(node: Node, grain: Grain, disturbances: readonly Disturbance[]): void {
  const { workload } = node
  const [whole] = node.cohorts
  if (workload === null || whole === undefined || workload.ready.length === 0) return
  const groups = new Map<string, { pods: Pod[]; effect: Sum }>()
  for (const pod of workload.ready) {
    const effect = effectOn(disturbances, pod, workload.key)
    const place = grain === 'place' ? placeName(pod.place) : ''
    const key = grain === 'pod' ? pod.name : `${effect.latency} ${effect.errorRatio} ${effect.capacity} ${place}`
    const group = groups.get(key)
    if (group) group.pods.push(pod)
    else groups.set(key, { pods: [pod], effect })
  }
  const isOne = groups.size === 1
  node.cohorts = [...groups].map(([key, { pods, effect }]) => ({
    ...changed(whole, effect),
    key: isOne ? '' : key,
    pods,
    capacity: (whole.capacity * effect.capacity * pods.length) / workload.ready.length,
    now: isOne ? node.now : { ...emptyNow(whole), rate: (node.now.rate * pods.length) / workload.ready.length },
  }))
}

export const changed = (cohort: Cohort, { latency, errorRatio }: Sum): Cohort => ({
  ...cohort,
  mean: cohort.mean * latency,
  variance: cohort.variance * latency * latency,
  errorRatio: 1 - (1 - cohort.errorRatio) * (1 - errorRatio),
})

/** What went on before goes on where node and cohort are the same ones; else its rate is divided by pods. */
export function remember(node: Node, before: Node | undefined): void {
  if (before === undefined) return
  node.now = before.now
  const [only] = node.cohorts
  const known = new Map(before.cohorts.map(({ key, now }) => [key, now]))
  if (only !== undefined && node.cohorts.length === 1) only.now = node.now
  else for (const cohort of node.cohorts) cohort.now = known.get(cohort.key) ?? parted(node, cohort)
}

const parted = (node: Node, cohort: Cohort): NodeNow => {
  const part = (cohort.pods?.length ?? 1) / (node.workload?.ready.length || 1)
  return { ...node.now, ends: node.now.ends.slice(), rate: node.now.rate * part, late: node.now.late * part }
}
