import type { NodeKind } from '#shared/mesh/node.ts'
import type { Hop } from './hops.ts'
import { type Inventory, nameOf, type ServiceFacts, type WorkloadFacts } from './inventory.ts'

/** One end of a hop: what it is, before a level says how finely it is drawn. Equal parties are the same object. */
export interface Party {
  kind: Exclude<NodeKind, 'namespace'>
  /** Empty for hosts outside the cluster and for the unknown. */
  namespace: string
  /** Empty where no workload is known. */
  workload: string
  /** Empty where no service is known. */
  service: string
  /** Shown where neither is known: a host, `internet`, `unknown`. */
  host: string
}

/** Where a party is drawn. Ids are stable: they say kind, namespace and name, nothing of the moment. */
export interface Place {
  id: string
  kind: NodeKind
  namespace: string
  name: string
}

export interface Parties {
  source(hop: Hop): Party
  destination(hop: Hop): Party
  via(hop: Hop): Party | null
  /** A workload or service that Kubernetes knows, without traffic. */
  ofWorkload(facts: WorkloadFacts): Party
  ofService(facts: ServiceFacts): Party
}

/** Hosts outside the cluster that are drawn each for itself; the rest are one node (rule 10: text of attackers). */
const mostHosts = 200
export const otherHosts = 'other hosts'

/** Says who the ends of these hops are, by what Kubernetes knows where it is there. */
export function partiesOf(hops: readonly Hop[], inventory: Inventory | null): Parties {
  const known = new Map<string, Party>()
  const party = (parts: Party): Party => {
    const key = `${parts.kind} ${parts.namespace}/${parts.workload}/${parts.service}/${parts.host}`
    const same = known.get(key)
    if (same !== undefined) return same
    known.set(key, parts)
    return parts
  }
  const hosts = busiestHosts(hops, inventory)
  const proxied = workloadsWithProxy(hops)

  const ofWorkload = (namespace: string, workload: string, canonical: string, service: string): Party => {
    const facts = inventory?.workloads.get(nameOf(namespace, workload))
    const kind = facts?.role ?? (isOutside(facts, namespace, workload) ? 'outside' : 'workload')
    const found = service || serviceNameOf(facts, canonical, inventory !== null)
    return party({ kind, namespace, workload, service: found, host: '' })
  }
  const isOutside = (facts: WorkloadFacts | undefined, namespace: string, workload: string): boolean => {
    if (inventory === null) return !proxied.has(nameOf(namespace, workload))
    if (facts !== undefined && facts.present > 0) return facts.proxies === 0
    return inventory.namespaces.get(namespace)?.dataPlane === 'none'
  }
  const ofService = (namespace: string, service: string): Party => {
    const workloads = inventory?.services.get(nameOf(namespace, service))?.workloads ?? []
    const first = workloads[0]
    const role = first?.role ?? null
    if (first !== undefined && role !== null)
      return party({ kind: role, namespace, workload: first.name, service, host: '' })
    const outside =
      inventory !== null &&
      (workloads.some(({ present }) => present > 0)
        ? workloads.every(({ proxies }) => proxies === 0)
        : inventory.namespaces.get(namespace)?.dataPlane === 'none')
    return party({ kind: outside ? 'outside' : 'service', namespace, workload: '', service, host: '' })
  }
  const nobody = (kind: 'outside' | 'external', host: string): Party =>
    party({ kind, namespace: '', workload: '', service: '', host })

  return {
    source(hop) {
      if (hop.sourceWorkload !== '') return ofWorkload(hop.sourceNamespace, hop.sourceWorkload, hop.sourceService, '')
      const facts = inventory?.workloads.get(nameOf(hop.namespace, hop.workload))
      const isIngress = facts === undefined ? isIngressName(hop.workload) : facts.role === 'gateway' && !facts.isEgress
      return isIngress ? nobody('external', 'internet') : nobody('outside', 'unknown')
    },
    destination(hop) {
      const namespace = hop.serviceNamespace || hop.namespace
      const isService = isInCluster(hop, inventory)
      if (hop.workload !== '')
        return ofWorkload(hop.namespace, hop.workload, hop.canonicalService, isService ? hop.service : '')
      if (isService) return ofService(namespace, hop.service)
      if (hop.service === '') return nobody('external', 'unknown')
      return nobody('external', hosts.has(hop.service) ? hop.service : otherHosts)
    },
    via(hop) {
      if (!hop.isThroughWaypoint) return null
      const told = hop.waypoint ?? waypointFor(hop, inventory)
      return told && party({ kind: 'waypoint', ...told, service: '', host: '' })
    },
    ofWorkload: facts => ofWorkload(facts.namespace, facts.name, '', ''),
    ofService: facts => ofService(facts.namespace, facts.name),
  }
}

/** The service a workload is drawn as when it calls: the one before its pods, by Istio's canonical name if several are. */
function serviceNameOf(facts: WorkloadFacts | undefined, canonical: string, isKubernetesThere: boolean): string {
  if (facts === undefined) return isKubernetesThere ? '' : canonical
  const names = facts.services.map(({ name }) => name).sort()
  return names.find(name => name === canonical) ?? names.find(name => name === facts.name) ?? names[0] ?? ''
}

/** A Service of the cluster, not a host of a ServiceEntry or Envoy's clusters for what nobody described. */
function isInCluster({ service, serviceNamespace }: Hop, inventory: Inventory | null): boolean {
  if (service === '' || service.endsWith('PassthroughCluster') || service === 'BlackHoleCluster') return false
  if (inventory?.services.has(nameOf(serviceNamespace, service)) === true) return true
  return serviceNamespace !== '' && !service.includes('.')
}

function busiestHosts(hops: readonly Hop[], inventory: Inventory | null): ReadonlySet<string> {
  const rates = new Map<string, number>()
  for (const hop of hops)
    if (hop.workload === '' && hop.service !== '' && !isInCluster(hop, inventory))
      rates.set(
        hop.service,
        [...hop.arrived, ...hop.lost].reduce((sum, part) => sum + part.rate, rates.get(hop.service) ?? 0),
      )
  if (rates.size <= mostHosts) return new Set(rates.keys())
  const busiest = [...rates].sort(([a, rateA], [b, rateB]) => rateB - rateA || (a < b ? -1 : 1))
  return new Set(busiest.slice(0, mostHosts).map(([host]) => host))
}

/** Without Kubernetes: who reported itself, or proved who it is, has a proxy. */
function workloadsWithProxy(hops: readonly Hop[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const hop of hops) {
    const provesItself = hop.arrived.some(part => part.policy === 'mutual_tls')
    if (hop.reporter === 'source' || hop.isThroughWaypoint || provesItself || hop.lost.length > 0)
      found.add(nameOf(hop.sourceNamespace, hop.sourceWorkload))
    if (hop.reporter !== 'source' || provesItself || hop.policyBeneath !== null)
      found.add(nameOf(hop.namespace, hop.workload))
  }
  return found
}

function waypointFor(hop: Hop, inventory: Inventory | null): { namespace: string; workload: string } | null {
  const facts = inventory?.namespaces.get(hop.serviceNamespace || hop.namespace)
  const waypoint = facts?.waypoints.get(hop.service) ?? facts?.waypoint
  return waypoint ? { namespace: waypoint.namespace, workload: waypoint.name } : null
}

const isIngressName = (workload: string): boolean => /ingress-?gateway/.test(workload)

/** A party at the level of services or workloads. */
export function place(party: Party, level: 'service' | 'workload', inventory: Inventory | null): Place {
  const { kind, namespace, workload, service, host } = party
  const at = (kind: NodeKind, name: string): Place => ({
    id: `${kind}:${namespace === '' ? name : `${namespace}/${name}`}`,
    kind,
    namespace,
    name,
  })
  switch (kind) {
    case 'external':
      return at('external', host)
    case 'gateway':
      return at('gateway', inventory?.workloads.get(nameOf(namespace, workload))?.gatewayName ?? workload)
    case 'waypoint':
      return at('waypoint', workload)
    case 'outside':
      return at('outside', host || (level === 'service' ? service || workload : workload || service))
    case 'service':
    case 'workload':
      if (level === 'service') return service === '' ? at('workload', workload) : at('service', service)
      return workload === '' ? at('service', service) : at('workload', workload)
  }
}
