import type { Behaviour } from '#lab/contract.ts'
import type { Flow } from '#lab/mesh/decide/outcome.ts'
import type { ExternalHost, Workload } from '#lab/mesh/snapshot/facts.ts'
import { categories, category } from './categories.ts'
import { fromQuantiles } from './lognormal.ts'
import type { Cohort, Node, NodeNow } from './plan.ts'
import { hashText } from './random.ts'

/** For a workload the scenario says nothing about: somebody created it while the lab ran. */
const unknown = { latency: { median: 5, p99: 30 }, errorRatio: 0, clientErrorRatio: 0, capacity: 400 }

export function workloadNode(workload: Workload, behaviour: Behaviour | undefined, surge: number): Node {
  const own = behaviour ?? unknown
  const origin = behaviour?.origin
  return node(
    workload.key,
    own.latency,
    {
      workload,
      origin: origin ? { rate: origin.rate * surge, daily: origin.daily } : null,
      forwards: workload.proxy === 'gateway',
    },
    {
      pods: workload.ready,
      errorRatio: own.errorRatio,
      clientErrorRatio: own.clientErrorRatio,
      capacity: own.capacity * workload.ready.length,
    },
  )
}

export const externalNode = (external: ExternalHost): Node =>
  node(`external:${external.host}`, external.latency, { external }, { errorRatio: external.errorRatio })

/** A gateway is as many as the kinds of requests it passes on. */
export const forwardNode = (gateway: Workload, flow: Flow, behaviour: Behaviour | undefined): Node =>
  node(
    `${gateway.key}>${flow.protocol} ${flow.method} ${flow.host}:${flow.port}${flow.path}${carriedBy(flow)}`,
    behaviour?.latency ?? { median: 0.6, p99: 3 },
    { workload: gateway, forwards: true },
    { pods: gateway.ready, capacity: (behaviour?.capacity ?? 2000) * gateway.ready.length },
  )

/** Headers and tokens tell kinds of requests apart as paths do. */
const carriedBy = ({ headers, token }: Flow): string =>
  token === null && Object.keys(headers).length === 0 ? '' : ` ${JSON.stringify([headers, token])}`

/** Before anything happened: all is well. */
export function emptyNow({ mean, variance }: { mean: number; variance: number }): NodeNow {
  const ends = new Float64Array(categories)
  ends[category.ok] = 1
  return { rate: 0, late: 0, ends, mean, variance }
}

function node(
  key: string,
  latency: { median: number; p99: number },
  more: Partial<Node>,
  cohort: Partial<Cohort>,
): Node {
  const moments = fromQuantiles(latency.median, latency.p99)
  const now = emptyNow(moments)
  return {
    key,
    hash: hashText(key),
    workload: null,
    external: null,
    forwards: false,
    cohorts: [
      {
        key: '',
        pods: null,
        ...moments,
        errorRatio: 0,
        clientErrorRatio: 0,
        capacity: Number.POSITIVE_INFINITY,
        now,
        ...cohort,
      },
    ],
    origin: null,
    calls: [],
    originCalls: [],
    order: 0,
    now,
    ...more,
  }
}
