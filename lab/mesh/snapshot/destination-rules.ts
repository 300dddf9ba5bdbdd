import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Workload } from './facts.ts'
import { fields, hasLabels, items, text, textMap, texts } from './read.ts'
import { covers } from './hosts.ts'
import { type Layer, noPolicy, policyFor, readLayer, type TrafficPolicy } from './traffic-policy.ts'
import { createdAt, fullHost } from './virtual-services.ts'

/** Istio docs, Destination Rule. Of several for one host in one namespace this is what they are together. */
export interface DestinationRule {
  namespace: string
  /** `namespace/name` of the objects it was made of, the oldest first. */
  objects: string[]
  host: string
  /** Whose callers see it; null: everybody's. */
  visibleTo: ReadonlySet<string> | null
  /** Only for proxies of its own namespace with these labels. */
  workloadSelector: Record<string, string> | null
  policy: Layer | null
  subsets: readonly Subset[]
}

export interface Subset {
  name: string
  labels: Record<string, string>
  policy: Layer | null
}

/** What was written, by host and then namespace. */
export interface DestinationRules {
  /** The rule for a service that a caller's proxy, or the waypoint in its place, goes by. */
  find(host: string, serviceNamespace: string, reader: Workload): DestinationRule | undefined
  readonly all: readonly DestinationRule[]
}

export function readDestinationRules(store: ObjectStore, rootNamespace: string): DestinationRules {
  const byNamespace = new Map<string, DestinationRule[]>()
  const objects = store.list('destinationrules.networking.istio.io').toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const rule = readRule(object)
    const group = byNamespace.get(rule.namespace) ?? []
    byNamespace.set(rule.namespace, merged(group, rule))
  }
  // Exact before wildcard, the longer wildcard first; a selector's before everybody's.
  for (const [namespace, group] of byNamespace)
    byNamespace.set(
      namespace,
      group.toSorted(
        (a, b) => width(b) - width(a) || Number(b.workloadSelector !== null) - Number(a.workloadSelector !== null),
      ),
    )
  const known = new Map<string, DestinationRule | undefined>()
  const fit = (namespace: string, host: string, reader: Workload) =>
    byNamespace
      .get(namespace)
      ?.find(rule => covers(rule.host, host) && isVisible(rule, reader.namespace) && isFor(rule, reader))
  return {
    all: [...byNamespace.values()].flat(),
    find(host, serviceNamespace, reader) {
      const key = `${reader.key}>${host}@${serviceNamespace}`
      if (known.has(key)) return known.get(key)
      // Istio docs, "Cross-namespace configuration": the client's namespace, the service's, the root.
      const places = [
        ...(reader.namespace === rootNamespace ? [] : [reader.namespace]),
        serviceNamespace,
        rootNamespace,
      ]
      let found: DestinationRule | undefined
      for (const place of places) found ??= fit(place, host, reader)
      known.set(key, found)
      return found
    },
  }
}

function readRule(object: KubeObject): DestinationRule {
  const namespace = object.metadata.namespace ?? 'default'
  const spec = fields(object.spec)
  const exported = texts(spec['exportTo'])
  const selector = textMap(fields(spec['workloadSelector'])['matchLabels'])
  return {
    namespace,
    objects: [`${namespace}/${object.metadata.name}`],
    host: fullHost(text(spec['host']) ?? '', namespace),
    visibleTo:
      exported.length === 0 || exported.includes('*')
        ? null
        : new Set(exported.map(place => (place === '.' ? namespace : place))),
    workloadSelector: Object.keys(selector).length > 0 ? selector : null,
    policy: readLayer(spec['trafficPolicy']),
    subsets: items(spec['subsets']).map(subset => ({
      name: text(subset['name']) ?? '',
      labels: textMap(subset['labels']),
      policy: readLayer(subset['trafficPolicy']),
    })),
  }
}

/** Subsets of several rules for one host add up; of a name, and of the policy of all subsets, the oldest counts. */
function merged(group: readonly DestinationRule[], rule: DestinationRule): DestinationRule[] {
  const place = group.findIndex(
    other =>
      other.host === rule.host &&
      other.workloadSelector === null &&
      rule.workloadSelector === null &&
      sameNames(other.visibleTo, rule.visibleTo),
  )
  const older = group[place]
  if (older === undefined) return [...group, rule]
  const added = rule.subsets.filter(subset => older.subsets.every(({ name }) => name !== subset.name))
  return group.with(place, {
    ...older,
    objects: [...older.objects, ...rule.objects],
    policy: older.policy ?? rule.policy,
    subsets: [...older.subsets, ...added],
  })
}

const sameNames = (a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean =>
  a === b || (a !== null && b !== null && a.size === b.size && [...a].every(name => b.has(name)))

const width = ({ host }: DestinationRule): number => (host.startsWith('*') ? 0 : 1000) + host.length

const isVisible = ({ visibleTo }: DestinationRule, namespace: string): boolean =>
  visibleTo === null || visibleTo.has(namespace)

const isFor = ({ workloadSelector, namespace }: DestinationRule, reader: Workload): boolean =>
  workloadSelector === null || (namespace === reader.namespace && hasLabels(reader.labels, workloadSelector))

/** What the rule says about a port of one of its subsets; null is the service as a whole. */
export function policyOf(rule: DestinationRule | undefined, subset: Subset | undefined, port: number): TrafficPolicy {
  return rule === undefined ? noPolicy : policyFor(rule.policy, subset?.policy ?? null, port)
}
