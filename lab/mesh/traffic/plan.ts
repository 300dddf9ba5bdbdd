import type { Behaviour, Call } from '#lab/contract.ts'
import type { Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import type { ExternalHost, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Line } from '#lab/mesh/series/lines.ts'
import type { Category } from './categories.ts'

/** The traffic of one revision, decided: what each second multiplies its rates with. Fields marked "now" change with every step. */
export interface Plan {
  /** Callers stand before what they call, as far as there are no circles. */
  nodes: Node[]
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
  /** Of its own work, milliseconds. */
  mean: number
  variance: number
  errorRatio: number
  clientErrorRatio: number
  /** Requests per second of all ready pods together. */
  capacity: number
  origin: { rate: number; daily: number } | null
  /** What one request causes; `originCalls` is what begins here. */
  calls: PlannedCall[]
  originCalls: PlannedCall[]
  order: number
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
  arrivals: { node: Node; perCall: number }[]
}

export interface PlannedFlow {
  flow: Flow
  share: number
  /** For the choice of samples. */
  hash: number
  outcomes: PlannedOutcome[]
}

export interface PlannedOutcome {
  outcome: Outcome
  node: Node | null
  /** Of a proxy's own answer. */
  category: Category
  /** Milliseconds the way itself takes. */
  overhead: number
  /** Milliseconds after which the caller's application, or the route, gives up; the smaller one rules. */
  limit: number
  limitIsRoute: boolean
  retries: number
  /** By category: tried again? */
  retried: boolean[]
  /** Of one try, and of the request after all tries, now. */
  tryEnds: Float64Array
  ends: Float64Array
  tries: number
  /** As the application there sees it, and as the caller does. */
  serverMean: number
  serverVariance: number
  mean: number
  variance: number
  lines: Line[]
}

/** What the plan needs to know about a workload that no object says. */
export type Behaviours = ReadonlyMap<string, Behaviour>
