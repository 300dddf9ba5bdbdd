import { oneOf } from '#bff/sources/promql.ts'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { LadderQuery } from '#shared/mesh/ladder.ts'
import type { Subject } from '#shared/mesh/statement.ts'
import { inventoryOf, nameOf, type WorkloadFacts } from '#bff/mesh/inventory.ts'

/** What a panel is about, as series and pods name it. */
export interface LadderSubject {
  /** As it is told to people. */
  subject: Subject
  /** Empty: all. */
  namespaces: readonly string[]
  /** Any of these sets of matchers is its own traffic; one empty set: all traffic. */
  traffic: readonly (readonly string[])[]
  /** Its pods; null: all of its namespaces. */
  pods: readonly { namespace: string; name: string }[] | null
}

const reporters = {
  auto: 'source|destination|waypoint',
  destination: 'destination|waypoint',
  source: 'source',
} as const
export const reporterMatcher = (reporter: LadderQuery['reporter']): string => `reporter=~"${reporters[reporter]}"`

type Asked = Pick<LadderQuery, 'of' | 'namespace' | 'name' | 'direction' | 'namespaces'>

/** One service or workload where it is named, else some namespaces. Pure. */
export function subjectOf(query: Asked, objects: MeshObjects | null): LadderSubject {
  const { of, namespace, name } = query
  if (of === undefined || namespace === undefined || name === undefined) return scopeOf(query.namespaces)
  const inventory = objects === null ? null : inventoryOf(objects)
  const key = nameOf(namespace, name)
  const own: WorkloadFacts | undefined = inventory?.workloads.get(key)
  const behind = of === 'service' ? (inventory?.services.get(key)?.workloads ?? []) : own === undefined ? [] : [own]
  const gateways = [...(inventory?.workloads.values() ?? [])].filter(
    each => each.namespace === namespace && each.role === 'gateway' && [each.gatewayName, each.name].includes(name),
  )
  const runs = gateways.length > 0 ? gateways : behind
  const names = runs.length === 0 ? [name] : runs.map(workload => workload.name)
  const asks = [oneOf('source_workload_namespace', [namespace]), oneOf('source_workload', names)]
  const serves =
    of === 'service'
      ? [oneOf('destination_service_namespace', [namespace]), oneOf('destination_service_name', [name])]
      : [oneOf('destination_workload_namespace', [namespace]), oneOf('destination_workload', [name])]
  // A gateway reports as a caller only: what it serves is what it asks.
  const inbound = gateways.length > 0 ? asks : serves
  return {
    subject: { of, namespace, name },
    namespaces: [namespace],
    traffic: query.direction === 'both' ? [inbound, asks] : [query.direction === 'inbound' ? inbound : asks],
    pods:
      objects === null
        ? null
        : objects.pods
            .filter(pod => pod.namespace === namespace && runs.some(workload => workload.name === pod.workload.name))
            .map(pod => ({ namespace, name: pod.name })),
  }
}

const ends = ['source_workload_namespace', 'destination_service_namespace', 'destination_workload_namespace']

const scopeOf = (namespaces: readonly string[]): LadderSubject => ({
  subject: namespaces.length === 0 ? { of: 'cluster' } : { of: 'namespaces', namespaces: [...namespaces] },
  namespaces,
  traffic: namespaces.length === 0 ? [[]] : ends.map(label => [oneOf(label, namespaces)]),
  pods: null,
})

/** Names beyond this make a matcher longer than what it chooses. */
const mostPods = 100

/** Matchers of its own pods, as scrapes and kubelets label what they tell. */
export function podMatchers({ namespaces, pods }: LadderSubject): string[] {
  const within = namespaces.length === 0 ? [] : [oneOf('namespace', namespaces)]
  return pods === null || pods.length === 0 || pods.length > mostPods
    ? within
    : [
        ...within,
        oneOf(
          'pod',
          pods.map(({ name }) => name),
        ),
      ]
}
