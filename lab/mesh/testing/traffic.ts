import type { Behaviour, KubeObject } from '#lab/contract.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { behavioursByKey, compilePlan } from '#lab/mesh/traffic/compile.ts'
import { type Disturbance, effectOn } from '#lab/mesh/traffic/disturbances.ts'
import type { Node, Plan, PlannedCall, PlannedOutcome } from '#lab/mesh/traffic/plan.ts'
import { respond } from '#lab/mesh/traffic/respond.ts'
import { settle } from '#lab/mesh/traffic/settle.ts'
import { step } from '#lab/mesh/traffic/step.ts'
import { emptyTally, tallyPlan } from '#lab/mesh/traffic/tally.ts'
import { memoryStore } from './memory-store.ts'
import { smallBehaviours, smallObjects, smallScenario, startedAt } from './small-mesh.ts'

/** Traffic of the small mesh, second by second, without series or traces. */
export interface Running {
  readonly plan: Plan
  readonly time: number
  /** Lives on. */
  run(seconds: number): void
  /** Writes objects, or takes away what they name. */
  write(...objects: KubeObject[]): void
  disturb(...disturbances: Disturbance[]): void
  node(key: string): Node
  /** Requests per second that reach each pod of a workload now. */
  pods(key: string): Record<string, number>
}

export function running(
  objects: KubeObject[] = [],
  behaviours: Behaviour[] = smallBehaviours(),
  base = smallObjects(),
): Running {
  const store = memoryStore(base)
  for (const object of objects) store.create(object)
  const settings = settingsOf(smallScenario())
  let time = startedAt
  let disturbances: readonly Disturbance[] = []
  let plan: Plan | null = null
  const compile = () => {
    const snapshot = takeSnapshot(
      store,
      settings,
      null,
      (pod, workload) => effectOn(disturbances, pod, workload).isUnready,
    )
    plan = compilePlan(
      snapshot,
      { behaviours: behavioursByKey(behaviours), perPod: false, disturbances, now: time },
      plan,
    )
    return plan
  }
  let current = compile()
  const node = (key: string): Node => {
    const found = current.nodes.find(candidate => candidate.key === key)
    if (!found) throw new Error(`The plan has no node ${key}.`)
    return found
  }
  return {
    get plan() {
      return current
    },
    get time() {
      return time
    },
    run(seconds) {
      for (let second = 0; second < seconds; second++) {
        settle(current, time)
        respond(current)
        tallyPlan(current, emptyTally(), () => 0)
        time += 1000
        step(current, { seed: 3, time, seconds: 1 }, () => undefined)
      }
    },
    write(...written) {
      for (const object of written) store.create(object)
      current = compile()
    },
    disturb(...wanted) {
      disturbances = wanted
      current = compile()
    },
    node,
    pods: key =>
      Object.fromEntries(
        node(key).cohorts.flatMap(({ pods, now }) =>
          (pods ?? []).map(pod => [pod.name, now.rate / (pods ?? []).length]),
        ),
      ),
  }
}

/** All that may become of a call's requests, with its share of them now. */
export const outcomesOf = (call: PlannedCall | undefined): { share: number; planned: PlannedOutcome }[] =>
  (call?.flows ?? []).flatMap(flow => flow.outcomes.map(planned => ({ share: flow.share * planned.share, planned })))

/** `code flags` of what proxies answer, or the workload that is reached → share of the call's requests. */
export function endsOf(call: PlannedCall | undefined): Record<string, number> {
  const ends: Record<string, number> = {}
  for (const { share, planned } of outcomesOf(call)) {
    const { answer, reports, destination, external } = planned.outcome
    const flags = reports.find(report => report.flags !== '-')?.flags ?? '-'
    const name = answer ? `${answer.code} ${flags}` : (destination?.name ?? external?.host ?? '?')
    if (share > 0) ends[name] = (ends[name] ?? 0) + share
  }
  return ends
}
