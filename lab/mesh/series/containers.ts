import type { Labels, MetricMetadata } from '#lab/contract.ts'
import type { Pod, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Node, Plan } from '#lab/mesh/traffic/plan.ts'
import { hashText } from '#lab/mesh/traffic/random.ts'
import type { Cells } from './cells.ts'
import { targetLabels } from './identity.ts'

/** What containers and proxies use: cAdvisor's and Envoy's own numbers, as they follow from the traffic. */
export interface Containers {
  /** After a change of what exists, or of the traffic's plan. */
  sync(snapshot: Snapshot, plan: Plan): void
  /** So many seconds have passed. */
  advance(seconds: number): void
  /** The application of a pod (`namespace/name`) takes so many bytes more each second, until its limit; 0 ends it. */
  leak(pod: string, bytesPerSecond: number): void
}

export interface ContainersOptions {
  cells: Cells
  /** Series carry pods; else one for all pods of a workload, as recording rules would leave them. */
  perPod: boolean
  /** Names of a pod's containers, the application's first. */
  containersOf: (pod: Pod) => readonly string[]
  /** A container has come to its memory limit: the kernel kills it. */
  onFull?: (pod: Pod, container: string) => void
}

const gauge = (help: string): MetricMetadata => ({ type: 'gauge', help, unit: '' })
const counter = (help: string): MetricMetadata => ({ type: 'counter', help, unit: '' })

export const containersMetadata: Record<string, MetricMetadata> = {
  container_cpu_usage_seconds_total: counter('CPU time a container has used, in core seconds'),
  container_memory_working_set_bytes: gauge('memory a container holds and cannot give back'),
  container_spec_memory_limit_bytes: gauge('memory limit of a container'),
  container_spec_cpu_quota: gauge('CPU quota of a container, in microseconds per period of 100 ms'),
  envoy_server_memory_allocated: gauge('bytes Envoy has allocated'),
  envoy_server_memory_heap_size: gauge('bytes Envoy has reserved'),
  envoy_server_concurrency: gauge('worker threads of Envoy'),
}

const mebibyte = 2 ** 20
/** What Istio's chart gives a proxy, and what the scenario's applications are given. */
const limits = { proxy: { memory: 1024 * mebibyte, cores: 2 }, application: { memory: 768 * mebibyte, cores: 1 } }

/** One container, or all of a name of a workload. */
interface Used {
  pod: Pod | null
  container: string
  isProxy: boolean
  workload: Workload
  /** Of its own, without any traffic. */
  base: { cores: number; memory: number }
  cpu: number
  /** Cells by metric. */
  ids: Map<string, number>
}

export function createContainers({ cells, perPod, containersOf, onFull }: ContainersOptions): Containers {
  let used = new Map<string, Used>()
  let loads = new Map<string, Node[]>()
  const leaks = new Map<string, { rate: number; bytes: number }>()

  const put = (one: Used, name: string, labels: Labels, value: number) => {
    const owner = one.pod ? `${one.pod.namespace}/${one.pod.name}` : one.workload.key
    let id = one.ids.get(name)
    if (id === undefined) {
      const key = `${name}|${owner}|${one.container}`
      id =
        cells.find(key) ??
        cells.create({
          key,
          kind: 'gauge',
          name,
          labels,
          isGrpc: false,
          isFailed: false,
          sizes: { request: 0, response: 0, callsPerConnection: 0 },
          owner,
        })
      one.ids.set(name, id)
    }
    cells.set(id, value)
  }

  const write = (one: Used, rate: number) => {
    const many = one.pod ? 1 : Math.max(1, one.workload.ready.length)
    const limit = one.isProxy ? limits.proxy : limits.application
    const labels = containerLabels(one)
    const traffic = one.isProxy ? Math.min(60, rate * 0.02) : Math.min(120, rate * 0.05)
    const leaked = one.isProxy || one.pod === null ? 0 : (leaks.get(`${one.pod.namespace}/${one.pod.name}`)?.bytes ?? 0)
    const memory = Math.min(limit.memory, one.base.memory + traffic * mebibyte + leaked) * many
    put(one, 'container_cpu_usage_seconds_total', labels, Math.round(one.cpu * 1000) / 1000)
    put(one, 'container_memory_working_set_bytes', labels, Math.round(memory / 4096) * 4096)
    put(one, 'container_spec_memory_limit_bytes', labels, limit.memory * many)
    put(one, 'container_spec_cpu_quota', labels, limit.cores * 100_000 * many)
    if (!one.isProxy || !isEnvoy(one.workload)) return
    const own = {
      ...targetLabels(one.pod, one.workload.namespace),
      ...(one.pod ? {} : { workload: one.workload.name }),
    }
    put(one, 'envoy_server_memory_allocated', own, Math.round(memory * 0.62))
    put(one, 'envoy_server_memory_heap_size', own, Math.round(memory * 0.8))
    put(one, 'envoy_server_concurrency', own, 2)
  }

  return {
    sync(snapshot, plan) {
      const next = new Map<string, Used>()
      for (const workload of snapshot.workloads.values()) {
        const pods: (Pod | null)[] = perPod ? [...workload.pods] : workload.pods.length > 0 ? [null] : []
        for (const pod of pods) {
          const [first] = workload.pods
          const names = (pod ?? first) ? containersOf((pod ?? first) as Pod) : []
          for (const container of names) {
            const key = `${workload.key}|${pod?.name ?? ''}|${container}`
            const known = used.get(key)
            next.set(key, known ? { ...known, workload } : begin(workload, pod, container))
          }
        }
      }
      used = next
      loads = new Map()
      for (const node of plan.nodes)
        if (node.workload) loads.set(node.workload.key, [...(loads.get(node.workload.key) ?? []), node])
      for (const name of leaks.keys())
        if (![...used.values()].some(({ pod }) => pod && `${pod.namespace}/${pod.name}` === name)) leaks.delete(name)
    },
    advance(seconds) {
      for (const leak of leaks.values()) leak.bytes += leak.rate * seconds
      const rates = new Map<string, { rate: number; busy: number; outbound: number }>()
      for (const [key, nodes] of loads) rates.set(key, loadOf(nodes))
      for (const one of used.values()) {
        const { rate, busy, outbound } = rates.get(one.workload.key) ?? { rate: 0, busy: 0, outbound: 0 }
        const pods = one.pod ? Math.max(1, one.workload.ready.length) : 1
        const own = one.isProxy ? (rate + outbound) * 0.000_35 : busy
        const limit =
          (one.isProxy ? limits.proxy.cores : limits.application.cores) * (one.pod ? 1 : one.workload.pods.length)
        one.cpu += seconds * Math.min(limit, one.base.cores * (one.pod ? 1 : one.workload.pods.length) + own / pods)
        write(one, (one.isProxy ? rate + outbound : rate) / pods)
        if (!one.isProxy && one.pod) kill(one.pod, one)
      }
    },
    leak(pod, bytesPerSecond) {
      if (bytesPerSecond > 0) leaks.set(pod, { rate: bytesPerSecond, bytes: leaks.get(pod)?.bytes ?? 0 })
      // What is leaked stays until the container starts anew; only the leak itself ends.
      else {
        const known = leaks.get(pod)
        if (known) known.rate = 0
      }
    },
  }

  function kill(pod: Pod, one: Used): void {
    const name = `${pod.namespace}/${pod.name}`
    const leak = leaks.get(name)
    if (leak === undefined || one.base.memory + leak.bytes < limits.application.memory) return
    leak.bytes = 0
    if (leak.rate === 0) leaks.delete(name)
    onFull?.(pod, one.container)
  }
}

function begin(workload: Workload, pod: Pod | null, container: string): Used {
  const isProxy = container === 'istio-proxy'
  const hash = hashText(`${workload.key}|${container}`)
  const base = isProxy
    ? { cores: 0.004, memory: (42 + (hash % 18)) * mebibyte }
    : { cores: 0.006 + (hash % 10) / 1000, memory: (70 + (hash % 180)) * mebibyte }
  return { pod, container, isProxy, workload, base, cpu: 0, ids: new Map() }
}

/** Arrivals, what the application works on them (cores), and calls that leave. */
function loadOf(nodes: readonly Node[]): { rate: number; busy: number; outbound: number } {
  let [rate, busy, outbound] = [0, 0, 0]
  for (const node of nodes) {
    rate += node.now.rate
    // A fifth of the time a request takes is spent computing, the rest waiting.
    const mean = node.cohorts.reduce((sum, cohort) => sum + cohort.mean, 0) / Math.max(1, node.cohorts.length)
    busy += node.forwards ? 0 : (node.now.rate * mean * 0.2) / 1000
    for (const call of node.calls) outbound += node.now.rate * call.reach * call.call.perRequest
    if (node.origin) for (const call of node.originCalls) outbound += node.origin.rate * call.call.perRequest
  }
  return { rate, busy, outbound }
}

const isEnvoy = (workload: Workload): boolean => workload.proxy !== 'none' && workload.proxy !== 'ztunnel'

const containerLabels = ({ pod, workload, container }: Used): Labels => ({
  namespace: workload.namespace,
  ...(pod
    ? { pod: pod.name, node: pod.node, job: 'kubelet', metrics_path: '/metrics/cadvisor' }
    : { workload: workload.name }),
  container,
})
