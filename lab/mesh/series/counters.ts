import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import type { Cells } from './cells.ts'
import { targetLabels } from './identity.ts'
import { countBelow, type Distribution, distributions } from './istiod-metrics.ts'

type Labels = Record<string, string>

/** Numbers of one istiod; of all together where series carry no pods. */
export interface Counters {
  count(name: string, labels: Labels, by?: number): void
  /** So many values from one to another. */
  observe(name: Distribution, labels: Labels, values: { from: number; to: number; count: number }): void
  gauge(name: string, labels: Labels, value: number): void
  /** @param only of this metric. */
  write(only?: string): void
}

export function createCounters(cells: Cells, pod: Pod | null, namespace: string): Counters {
  const all = new Map<string, { name: string; labels: Labels; value: number }>()
  const owner = pod ? `${pod.namespace}/${pod.name}` : `${namespace}/istiod`
  const find = (name: string, labels: Labels) => {
    const key = `${name}|${Object.values(labels).join('|')}|${pod?.name ?? ''}`
    const known = all.get(key)
    if (known) return known
    const made = { name, labels, value: 0 }
    all.set(key, made)
    return made
  }
  const count = (name: string, labels: Labels, by = 1) => {
    find(name, labels).value += by
  }
  return {
    count,
    observe(name, labels, values) {
      if (values.count <= 0) return
      for (const bound of distributions[name])
        count(`${name}_bucket`, { ...labels, le: String(bound) }, countBelow(bound, values))
      count(`${name}_bucket`, { ...labels, le: '+Inf' }, values.count)
      count(`${name}_sum`, labels, (values.count * (values.from + values.to)) / 2)
      count(`${name}_count`, labels, values.count)
    },
    gauge(name, labels, value) {
      find(name, labels).value = value
    },
    write(only) {
      for (const [key, { name, labels, value }] of all) {
        if (only !== undefined && only !== name) continue
        const id =
          cells.find(key) ?? cells.create(plainCell(key, name, { ...labels, ...aboutIstiod(pod, namespace) }, owner))
        cells.set(id, value)
      }
    },
  }
}

export const aboutIstiod = (pod: Pod | null, namespace: string): Labels =>
  pod === null ? { namespace } : { ...targetLabels(pod, namespace), instance: `${pod.ip}:15014`, app: 'istiod' }

/** A number that is kept elsewhere and set as a whole. */
export const plainCell = (key: string, name: string, labels: Labels, owner: string) => ({
  key,
  kind: 'gauge' as const,
  name,
  labels,
  isGrpc: false,
  isFailed: false,
  sizes: { request: 0, response: 0, callsPerConnection: 0 },
  owner,
})
