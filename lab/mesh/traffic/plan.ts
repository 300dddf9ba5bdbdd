import type { Behaviour, Call } from '#lab/contract.ts'
import type { Cluster, Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import type { ExternalHost, Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Line } from '#lab/mesh/series/lines.ts'
import type { Category } from './categories.ts'
import type { Detector } from './detector.ts'
import type { Gate, Load, Pool } from './gates.ts'

/** The traffic of one revision, decided: what each second multiplies its rates with. Fields marked "now" change with every step. */
export interface Plan {
  /** Callers stand before what they call, as far as there are no circles. */
  nodes: Node[]
  /** What may stop requests, and who watches pods: by name, so that the next plan finds them again. */
  gates: ReadonlyMap<string, Gate>
  detectors: ReadonlyMap<string, Detector>
  /** Flows whose shares change with load, health or time. */
  unsettled: PlannedFlow[]
  /** Everything that is measured: begins anew with each step. */
  loads: Load[]
  /** Milliseconds: when shares were settled last; NaN before the first time. */
  settled: number
}

/** Something that answers requests: a workload, a host outside, or a gateway's forwarding of one kind of request. */
export interface Node {
  key: string
  /** For noise. */
  hash: number
  workload: Workload | null
  external: ExternalHost | null
  /** Answers what its upstream answered, as gateways do. */
  forwards: boolean
  /** Pods that behave alike and are treated alike; without pods, one that stands for all. */
  cohorts: Cohort[]
  origin: { rate: number; daily: number } | null
  /** What one request causes; `originCalls` is what begins here. */
  calls: PlannedCall[]
  originCalls: PlannedCall[]
  order: number
  now: NodeNow
}

export interface Cohort {
  key: string
  /** Null: whatever answers there has no pods. */
  pods: readonly Pod[] | null
  /** Of its own work, milliseconds. */
  mean: number
  variance: number
  errorRatio: number
  clientErrorRatio: number
  /** Requests per second of all its ready pods together. */
  capacity: number
  /** Its node's own where it is the only one. */
  now: NodeNow
}

export interface NodeNow {
  /** Requests per second that arrive. */
  rate: number
  /** Arrivals from a callee further down a circle, for the next step. */
  late: number
  /** Shares by category of how requests end here. */
  ends: Float64Array
  mean: number
  variance: number
}

export interface PlannedCall {
  call: Call
  flows: PlannedFlow[]
  /** Share of the caller's requests that come as far as this call, now. */
  reach: number
  /** Shares by category as the caller sees them, now. */
  ends: Float64Array
  mean: number
  variance: number
  /** For noise. */
  hash: number
  /** Where the tally holds what one request adds to, now. */
  first: number
  end: number
  /** Tries per request that arrive somewhere, now. */
  arrivals: Arrival[]
  /** What one request adds to what is measured, now. */
  offers: { load: Load; rate: number; work: number }[]
  /** Requests per second, now. */
  rate: number
}

export interface Arrival {
  node: Node
  cohort: Cohort
  perCall: number
}

export interface PlannedFlow {
  flow: Flow
  share: number
  /** For the choice of samples. */
  hash: number
  outcomes: PlannedOutcome[]
  /** The outcomes again, by the choice that leads to them. */
  choices: Choice[]
  /** Of copies that a proxy sends elsewhere: they arrive and are counted, and the caller never hears of them. */
  mirrored: PlannedOutcome[]
}

/** Outcomes one proxy chooses between, again at every try. */
export interface Choice {
  cluster: Cluster
  /** One for each cohort of pods. */
  outcomes: PlannedOutcome[]
  unhealthy: PlannedOutcome | null
  pool: Pool | null
  detector: Detector | null
}

export interface PlannedOutcome {
  outcome: Outcome
  node: Node | null
  /** Whom of the node it reaches; null where nobody is reached. */
  cohort: Cohort | null
  /** Of the flow's requests, before what stops them on their way, and after, now. */
  base: number
  share: number
  /** What lets requests through to here, or sends them here by stopping them. */
  gates: readonly Passage[]
  /** Whose requests it stops on their way, if it does. */
  twin: PlannedOutcome | null
  /** What its durations do to its share, now: 1 is nothing. */
  favour: number
  /** Where its requests wait for a connection, if there is a limit. */
  pool: Pool | null
  /** Of a proxy's own answer. */
  category: Category
  /** Milliseconds the way itself takes. */
  overhead: number
  /** Milliseconds after which the caller's application, or the route, gives up; the smaller one rules. */
  limit: number
  limitIsRoute: boolean
  /** Of a single try. */
  tryLimit: number
  retries: number
  /** By category: tried again? */
  retried: boolean[]
  /** Of one try, and of the request after all tries, now. */
  tryEnds: Float64Array
  /** Milliseconds of one try, as its caller sees it. */
  tryMean: number
  ends: Float64Array
  tries: number
  /** As the application there sees it, and as the caller does. */
  serverMean: number
  serverVariance: number
  mean: number
  variance: number
  lines: Line[]
}

export interface Passage {
  gate: Gate
  isStopped: boolean
}

/** What the plan needs to know about a workload that no object says. */
export type Behaviours = ReadonlyMap<string, Behaviour>
