import type { Behaviour } from '#lab/contract.ts'
import type { Flow } from '#lab/mesh/decide/outcome.ts'
import type { ExternalHost, Workload } from '#lab/mesh/snapshot/facts.ts'
import { categories, category } from './categories.ts'
import { fromQuantiles } from './lognormal.ts'
import type { Node } from './plan.ts'
import { hashText } from './random.ts'

/** For a workload the scenario says nothing about: somebody created it while the lab ran. */
const unknown = { latency: { median: 5, p99: 30 }, errorRatio: 0, clientErrorRatio: 0, capacity: 400 }

export function workloadNode(workload: Workload, behaviour: Behaviour | undefined): Node {
  const own = behaviour ?? unknown
  return node(workload.key, own.latency, {
    workload,
    errorRatio: own.errorRatio,
    clientErrorRatio: own.clientErrorRatio,
    capacity: own.capacity * workload.ready.length,
    origin: behaviour?.origin ?? null,
    forwards: workload.proxy === 'gateway',
  })
}

export const externalNode = (external: ExternalHost): Node =>
  node(`external:${external.host}`, external.latency, { external, errorRatio: external.errorRatio })

/** A gateway is as many as the kinds of requests it passes on. */
export const forwardNode = (gateway: Workload, flow: Flow, behaviour: Behaviour | undefined): Node =>
  node(
    `${gateway.key}>${flow.protocol} ${flow.method} ${flow.host}:${flow.port}${flow.path}`,
    behaviour?.latency ?? { median: 0.6, p99: 3 },
    { workload: gateway, capacity: (behaviour?.capacity ?? 2000) * gateway.ready.length, forwards: true },
  )

function node(key: string, latency: { median: number; p99: number }, more: Partial<Node>): Node {
  const { mean, variance } = fromQuantiles(latency.median, latency.p99)
  const ends = new Float64Array(categories)
  ends[category.ok] = 1
  return {
    key,
    hash: hashText(key),
    workload: null,
    external: null,
    forwards: false,
    mean,
    variance,
    errorRatio: 0,
    clientErrorRatio: 0,
    capacity: Number.POSITIVE_INFINITY,
    origin: null,
    calls: [],
    originCalls: [],
    order: 0,
    now: { rate: 0, late: 0, ends, mean, variance },
    ...more,
  }
}
