import type { Call } from '#lab/contract.ts'
import type { Cluster, Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import type { Line } from '#lab/mesh/series/lines.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { categories, category, categoryOf } from './categories.ts'
import type { DecidedCall } from './compile.ts'
import type { Pool } from './gates.ts'
import type { Measures } from './measures.ts'
import type { Choice, Cohort, Node, Passage, PlannedCall, PlannedFlow, PlannedOutcome } from './plan.ts'
import { hashText } from './random.ts'
import { retriesOf } from './retries.ts'

/** Of a part of an outcome, and of what it is a part of. */
type LinesOf = (part: Outcome, whole: Outcome) => Line[]

/** What was decided of a call, ready for each second to multiply its rates with. */
export function planCall(decided: DecidedCall, key: string, measures: Measures, linesOf: LinesOf): PlannedCall {
  const { call } = decided
  return {
    call,
    flows: decided.flows.map((flow, number) => planFlow(flow, call, hashText(`${key}|${number}`), measures, linesOf)),
    reach: 1,
    ends: new Float64Array(categories),
    mean: 0,
    variance: 0,
    hash: hashText(key),
    first: 0,
    end: 0,
    arrivals: [],
    offers: [],
    rate: 0,
  }
}

type DecidedFlow = DecidedCall['flows'][number]

function planFlow(decided: DecidedFlow, call: Call, hash: number, measures: Measures, linesOf: LinesOf): PlannedFlow {
  const { flow, share, ends, mirrored } = decided
  const planned: PlannedFlow = { flow, share, hash, outcomes: [], choices: [], mirrored: [] }
  const make: Make = (outcome, part, gates, pool) =>
    planOutcome(
      { ...outcome, pods: part.pods, share: outcome.share * part.share },
      flow,
      call,
      part,
      gates,
      pool,
      part => linesOf(part, outcome),
    )
  const atSource = limitAtSource(planned, ends, measures, make)
  for (const [cluster, group] of Map.groupBy(ends, ({ outcome }) => outcome.cluster)) {
    if (cluster === null) {
      for (const { outcome, node } of group) planned.outcomes.push(make(outcome, whole(outcome, node), atSource, null))
      continue
    }
    const pool = measures.pool(cluster, flow.protocol)
    const through = pool ? [...atSource, { gate: pool, isStopped: false }] : atSource
    const choice: Choice = { cluster, pool, detector: measures.detector(cluster), unhealthy: null, outcomes: [] }
    planned.choices.push(choice)
    for (const { outcome, node } of group)
      for (const part of partsOf(outcome, node, cluster)) {
        const { reached, stopped } = arriving(outcome, part, through, pool, measures, make)
        choice.outcomes.push(reached)
        planned.outcomes.push(reached, ...stopped)
      }
    if (pool && cluster.overflow)
      planned.outcomes.push(make(cluster.overflow, nobody, [...atSource, { gate: pool, isStopped: true }], null))
    if (cluster.unhealthy) {
      choice.unhealthy = make({ ...cluster.unhealthy, share: 0 }, nobody, atSource, null)
      planned.outcomes.push(choice.unhealthy)
    }
  }
  // Nobody waits for a copy: it has all the time there is, and no pool holds it back.
  for (const { outcome, node } of mirrored)
    for (const part of outcome.cluster ? partsOf(outcome, node, outcome.cluster) : [whole(outcome, node)])
      planned.mirrored.push({
        ...make(outcome, part, [], null),
        limit: endless,
        tryLimit: endless,
        limitIsRoute: false,
      })
  if (changes(planned)) measures.unsettled.push(planned)
  return planned
}

const endless = Number.POSITIVE_INFINITY

type Make = (outcome: Outcome, part: Part, gates: readonly Passage[], pool: Pool | null) => PlannedOutcome

/** What the caller's own proxy limits, before it does anything else: what is stopped, and the way past it. */
function limitAtSource(
  planned: PlannedFlow,
  ends: DecidedFlow['ends'],
  measures: Measures,
  make: Make,
): readonly Passage[] {
  const passed: Passage[] = []
  for (const limit of ends[0]?.outcome.limits ?? []) {
    if (limit.side !== 'source') continue
    const gate = measures.bucket(limit, limit.at.ready, '')
    planned.outcomes.push(make({ ...limit.otherwise, share: 1 }, nobody, [...passed, { gate, isStopped: true }], null))
    passed.push({ gate, isStopped: false })
  }
  return passed
}

/** At the pods: what gets past their own limits, and what does not. */
function arriving(
  outcome: Outcome,
  part: Part,
  through: readonly Passage[],
  pool: Pool | null,
  measures: Measures,
  make: Make,
): { reached: PlannedOutcome; stopped: PlannedOutcome[] } {
  const passed = [...through]
  const stopped: PlannedOutcome[] = []
  for (const limit of outcome.limits) {
    if (limit.side !== 'destination') continue
    // Pods that are treated apart fill their buckets apart.
    const isParted = (part.node?.cohorts.length ?? 1) > 1
    const gate = measures.bucket(limit, isParted ? part.pods : limit.at.ready, isParted ? (part.cohort?.key ?? '') : '')
    const refused = { ...limit.otherwise, share: outcome.share }
    stopped.push(make(refused, { ...part, node: null, cohort: null }, [...passed, { gate, isStopped: true }], null))
    passed.push({ gate, isStopped: false })
  }
  const reached = make(outcome, part, passed, pool)
  for (const one of stopped) one.twin = reached
  return { reached, stopped }
}

/** Whom a part of an outcome's requests reaches. */
interface Part {
  node: Node | null
  cohort: Cohort | null
  pods: readonly Pod[]
  share: number
}

const nobody: Part = { node: null, cohort: null, pods: [], share: 1 }

const whole = (outcome: Outcome, node: Node | null): Part => ({
  node,
  cohort: node?.cohorts[0] ?? null,
  pods: outcome.pods,
  share: 1,
})

/** By cohorts of the pods; where nobody is reached, by pods if somebody watches them. */
function partsOf(outcome: Outcome, node: Node | null, cluster: Cluster): Part[] {
  const { pods } = outcome
  if (node === null) {
    if (cluster.policy.outlierDetection === null) return [whole(outcome, null)]
    return pods.map(pod => ({ node, cohort: null, pods: [pod], share: 1 / pods.length }))
  }
  if (node.cohorts.length < 2) return [whole(outcome, node)]
  const wanted = new Set(pods)
  return node.cohorts.flatMap(cohort => {
    const own = cohort.pods?.filter(pod => wanted.has(pod)) ?? []
    return own.length > 0 ? [{ node, cohort, pods: own, share: own.length / pods.length }] : []
  })
}

/** Do shares depend on load, health or time? */
const changes = ({ outcomes, choices }: PlannedFlow): boolean =>
  outcomes.some(({ gates }) => gates.length > 0) ||
  choices.some(choice => choice.detector !== null || choice.outcomes.length > 1)

function planOutcome(
  outcome: Outcome,
  flow: Flow,
  call: Call,
  { node, cohort }: Part,
  gates: readonly Passage[],
  pool: Pool | null,
  linesOf: (outcome: Outcome) => Line[],
): PlannedOutcome {
  const { delay, timeout, waypoint, destination } = outcome
  const limitIsRoute = timeout !== null && timeout + delay < call.timeout
  const limit = limitIsRoute ? timeout : call.timeout - delay
  const { perTry, ...again } = retriesOf(outcome, flow.protocol)
  const tryLimit = Math.min(perTry, limit)
  const own = flow.source.proxy === 'none' ? 0.1 : 0.4
  return {
    outcome,
    node,
    cohort,
    base: outcome.share,
    share: outcome.share,
    gates,
    twin: null,
    favour: 1,
    pool,
    category: outcome.answer ? categoryOf(outcome.answer) : category.ok,
    overhead:
      0.3 + own + (waypoint ? 0.9 : 0) + (destination && destination.proxy !== 'none' ? 0.4 : 0) + reconnects(pool),
    limit,
    limitIsRoute: limitIsRoute || tryLimit < limit,
    tryLimit,
    ...again,
    // As many tries as the whole request has time for.
    retries: again.retried[category.timeout] ? Math.min(again.retries, Math.ceil(limit / tryLimit) - 1) : again.retries,
    tryEnds: new Float64Array(categories),
    tryMean: 0,
    ends: new Float64Array(categories),
    tries: 1,
    serverMean: 0,
    serverVariance: 0,
    mean: 0,
    variance: 0,
    lines: linesOf(outcome),
  }
}

/** Milliseconds that new connections with their handshakes cost each request. */
function reconnects(pool: Pool | null): number {
  const each = pool?.limits.maxRequestsPerConnection ?? null
  return each === null ? 0 : 1.5 / each
}
