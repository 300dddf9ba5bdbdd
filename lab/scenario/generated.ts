import type { Scenario } from '#lab/contract.ts'
import { ambientNamespace, app, plainNamespace, serviceFor, sidecarNamespace, stores } from './catalogue.ts'
import { generatedBehaviours, workloadKey } from './generated-behaviour.ts'
import { generatedConfiguration } from './generated-configuration.ts'
import { createLandscape, type Landscape, type Party, type Place, type Size } from './landscape.ts'
import { controlPlane, egress, ingress, waypoint } from './istio-parts.ts'
import type { NamespacePlan, Plan, ServicePlan, WorkloadPlan } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import { createWeb, type Web } from './web.ts'

export const sizes = {
  thousand: {
    pods: 1000,
    workloads: 300,
    edges: 1500,
    namespaces: 40,
    nodes: 24,
    hopRate: 14_000,
    gateways: 3,
    externals: 7,
  },
  tenthousand: {
    pods: 10_000,
    workloads: 2500,
    edges: 12_000,
    namespaces: 200,
    nodes: 200,
    hopRate: 32_000,
    gateways: 8,
    externals: 20,
  },
} satisfies Record<string, Size>

/** A mesh of the given size that exists nowhere but could: drawn from the seed, with exactly its pods and workloads. */
export function generatedPlan(preset: 'thousand' | 'tenthousand', seed: number): Plan {
  const size = sizes[preset]
  const random = createRandom(`${preset}/${seed}`)
  const landscape = createLandscape(size, random.fork('landscape'))
  const web = createWeb(size, landscape, random.fork('web'))
  const replicas = replicasOf(size, landscape, web, random.fork('replicas'))
  const system = controlPlane(3)
  const installed: [WorkloadPlan, ServicePlan | null][] = [
    ...landscape.parties.flatMap(party => installedOf(party, replicas)),
    egress('gateways', 'egress-gateway', replicas.get('gateways/egress-gateway') ?? 2),
    ...landscape.places
      .filter(place => place.hasWaypoint)
      .map(place => waypoint(place.name, replicas.get(`${place.name}/waypoint`) ?? 2)),
  ]
  return {
    preset,
    nodes: size.nodes,
    scrapeInterval: preset === 'thousand' ? 15 : 60,
    perPodSeries: false,
    namespaces: [...landscape.places.map(namespaceOf), plainNamespace('istio-system', 92)],
    workloads: [...installed.map(([workload]) => workload), ...system.workloads],
    services: [...installed.flatMap(([, service]) => (service === null ? [] : [service])), ...system.services],
    configuration: generatedConfiguration(landscape, web, random.fork('configuration')),
    behaviours: generatedBehaviours(landscape.parties, web, replicas, random.fork('behaviours')),
    externalHosts: externalHostsOf(web, random.fork('externals')),
  }
}

function namespaceOf(place: Place): NamespacePlan {
  switch (place.mode) {
    case 'sidecar':
      return sidecarNamespace(place.name)
    case 'ambient':
      return ambientNamespace(place.name, place.hasWaypoint)
    case 'none':
      return plainNamespace(place.name)
  }
}

/** A party's workloads; its Service comes with the first of them. */
function installedOf(party: Party, replicas: ReadonlyMap<string, number>): [WorkloadPlan, ServicePlan | null][] {
  const count = (version: string) => replicas.get(workloadKey(party, version)) ?? 1
  if (party.kind === 'gateway') return [ingress(party.place.name, party.name, count('v1'))]
  return party.versions.map((version, index) => {
    const workload = app(party.place.name, party.name, {
      version,
      replicas: count(version),
      isVersioned: party.versions.length > 1,
      ageDays: party.place.mode === 'none' ? 380 : version === 'v1' ? 32 : 9,
      ...(party.port ? { port: party.port } : {}),
      ...(party.store ? { kind: 'StatefulSet', image: stores[party.store].image } : {}),
    })
    return [workload, party.port && index === 0 ? serviceFor(workload, party.port) : null]
  })
}

/** Shares the pods out by traffic, at least one each, so that they make exactly the size's number. */
function replicasOf(size: Size, landscape: Landscape, web: Web, random: Random): ReadonlyMap<string, number> {
  const wishes = new Map<string, number>()
  for (const party of landscape.parties)
    for (const [index, version] of party.versions.entries())
      wishes.set(
        workloadKey(party, version),
        ((web.rates.get(party.id) ?? 0) + 1) ** 0.35 * random.between(0.6, 1.4) * (index === 0 ? 1 : 0.4),
      )
  wishes.set('gateways/egress-gateway', 2)
  for (const place of landscape.places) if (place.hasWaypoint) wishes.set(`${place.name}/waypoint`, 2)
  // ztunnel and the CNI agent stand on every node, istiod three times.
  const free = size.pods - 2 * size.nodes - 3 - wishes.size
  const total = [...wishes.values()].reduce((sum, wish) => sum + wish, 0)
  const shares = [...wishes].map(([key, wish]) => ({ key, exact: (wish / total) * free }))
  let left = free - shares.reduce((sum, share) => sum + Math.floor(share.exact), 0)
  const byRemainder = shares.toSorted((one, other) => (other.exact % 1) - (one.exact % 1))
  return new Map(byRemainder.map(({ key, exact }) => [key, 1 + Math.floor(exact) + (left-- > 0 ? 1 : 0)]))
}

const externalHostsOf = (web: Web, random: Random): Scenario['externalHosts'] =>
  web.externals.map(({ host }, index) => {
    const median = Math.round(random.between(18, 90))
    return {
      host,
      address: `198.51.100.${10 + index}`,
      latency: { median, p99: Math.round(median * random.between(3, 6)) },
      errorRatio: index % 5 === 4 ? 0.003 : 0,
    }
  })
