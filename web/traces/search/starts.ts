import type { Health } from '#shared/mesh/health.ts'

/** What the mesh says of a service, beside the spans it has sent. Rates are 1/s, durations milliseconds. */
export interface ServiceFacts {
  namespace: string
  name: string
  /** Workloads behind it, `namespace/name` or a name in its namespace: a span is called by what sent it. */
  related: readonly string[]
  health: Health
  requestRate: number
  errorRatio: number | null
  p95: number | null
}

export interface Start {
  /** As its spans call it: `cart.shop`. */
  service: string
  facts: ServiceFacts | null
}

/** Names of spans with what is known of whom they mean, worst first: where somebody is likely to begin. */
export function startsOf(services: readonly string[], facts: readonly ServiceFacts[]): Start[] {
  const known = new Map<string, ServiceFacts>()
  const workloads = new Map<string, ServiceFacts>()
  for (const each of facts) {
    known.set(`${each.name}.${each.namespace}`, each)
    for (const workload of each.related) {
      const slash = workload.indexOf('/')
      const namespace = slash === -1 ? each.namespace : workload.slice(0, slash)
      workloads.set(`${workload.slice(slash + 1)}.${namespace}`, each)
    }
  }
  return services
    .map(service => ({ service, facts: known.get(service) ?? workloads.get(service) ?? null }))
    .toSorted(
      (a, b) =>
        rank(b.facts) - rank(a.facts) ||
        (b.facts?.errorRatio ?? 0) - (a.facts?.errorRatio ?? 0) ||
        (b.facts?.requestRate ?? 0) - (a.facts?.requestRate ?? 0) ||
        (a.service < b.service ? -1 : 1),
    )
}

const order: Record<Health, number> = { failing: 4, degraded: 3, healthy: 2, unknown: 1 }
const rank = (facts: ServiceFacts | null): number => (facts === null ? 0 : order[facts.health])
