import type { ObjectStore, Scenario, StoreEvent } from '#lab/contract.ts'
import { readAuthorizationPolicies } from './authorization-policies.ts'
import { readDestinationRules } from './destination-rules.ts'
import { readEnvoyFilters } from './envoy-filters.ts'
import type { MeshSettings, Pod, Snapshot } from './facts.ts'
import { readPlaces } from './localities.ts'
import { isMeshConfig, readMeshConfig } from './mesh-config.ts'
import { readPeerAuthentications } from './peer-authentications.ts'
import { readRequestAuthentications } from './request-authentications.ts'
import { readRouter } from './routes.ts'
import { readTelemetries } from './telemetries.ts'
import { readServiceEntries } from './service-entries.ts'
import { readServices } from './services.ts'
import { readSidecars } from './sidecars.ts'
import { podReader, readWorkloads } from './workloads.ts'

/** Resources a snapshot is made of. */
const watched: ReadonlySet<string> = new Set([
  'namespaces',
  'nodes',
  'pods',
  'services',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'envoyfilters.networking.istio.io',
  'serviceentries.networking.istio.io',
  'workloadentries.networking.istio.io',
  'sidecars.networking.istio.io',
  'gateways.networking.istio.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'grpcroutes.gateway.networking.k8s.io',
  'tlsroutes.gateway.networking.k8s.io',
  'tcproutes.gateway.networking.k8s.io',
  'secrets',
  'referencegrants.gateway.networking.k8s.io',
  'peerauthentications.security.istio.io',
  'authorizationpolicies.security.istio.io',
  'requestauthentications.security.istio.io',
  'telemetries.telemetry.istio.io',
])

/** Does a snapshot need to be taken anew? Of ConfigMaps only the mesh's own counts. */
export const refreshes = ({ resource, object }: StoreEvent, { rootNamespace }: MeshSettings): boolean =>
  resource === 'configmaps' ? isMeshConfig(object, rootNamespace) : watched.has(resource)

export const settingsOf = (scenario: Scenario): MeshSettings => ({
  cluster: scenario.cluster,
  trustDomain: scenario.trustDomain,
  rootNamespace: scenario.rootNamespace,
  externalHosts: new Map(scenario.externalHosts.map(external => [external.host, external])),
  authorizers: new Map(),
})

/**
 * @param before the snapshot before this one: a mesh config that cannot be read leaves its own in force.
 * @param isDown pods that take no traffic, whatever their status says.
 * @param now milliseconds since the epoch: what certificates are valid at.
 */
export function takeSnapshot(
  store: ObjectStore,
  settings: MeshSettings,
  before: Snapshot | null = null,
  isDown: (pod: Pod, workload: string) => boolean = () => false,
  now = 0,
): Snapshot {
  const config = readMeshConfig(store, settings, before?.config ?? null)
  const mesh = { ...settings, trustDomain: config.trustDomain, rootNamespace: config.rootNamespace }
  const namespaceLabels = new Map(
    store.list('namespaces').map(object => [object.metadata.name, object.metadata.labels ?? {}]),
  )
  const telemetries = readTelemetries(store, config, before?.telemetries ?? null)
  const workloads = readWorkloads(
    store,
    namespaceLabels,
    mesh.trustDomain,
    podReader(readPlaces(store), isDown),
    telemetries,
  )
  const ztunnels = new Map<string, Pod>()
  for (const workload of workloads.values())
    if (workload.labels['app'] === 'ztunnel') for (const pod of workload.ready) ztunnels.set(pod.node, pod)
  const services = readServices(store, workloads, namespaceLabels)
  return {
    revision: store.revision,
    now,
    mesh,
    config,
    workloads,
    services,
    serviceEntries: readServiceEntries(store, { workloads, services, trustDomain: mesh.trustDomain, telemetries }),
    sidecars: readSidecars(store, mesh.rootNamespace),
    router: readRouter(store, workloads, namespaceLabels),
    destinationRules: readDestinationRules(store, mesh.rootNamespace),
    envoyFilters: readEnvoyFilters(store, mesh.rootNamespace),
    peerAuthentications: readPeerAuthentications(store),
    authorizationPolicies: readAuthorizationPolicies(store),
    requestAuthentications: readRequestAuthentications(store),
    telemetries,
    discovery: ztunnels.size > 0 || [...workloads.values()].some(workload => workload.proxy === 'ztunnel'),
    ztunnels,
    held: new Map(),
  }
}

/** When the next certificate that a gateway serves with is over, in milliseconds since the epoch. */
export function nextExpiry({ workloads, router, now }: Snapshot): number {
  const gateways = [...workloads.values()].filter(workload => workload.proxy === 'gateway')
  return gateways
    .flatMap(gateway =>
      router.portsOf(gateway).flatMap(({ servers }) => servers.map(({ tls }) => tls?.validUntil ?? 0)),
    )
    .reduce((next, until) => (until > now ? Math.min(next, until) : next), Number.POSITIVE_INFINITY)
}

/** The configuration of an older snapshot over what exists now: pods come and go for proxies that no longer listen, too. */
export const heldBack = (now: Snapshot, then: Snapshot): Snapshot => ({
  ...now,
  config: then.config,
  router: then.router,
  serviceEntries: then.serviceEntries,
  sidecars: then.sidecars,
  destinationRules: then.destinationRules,
  envoyFilters: then.envoyFilters,
  peerAuthentications: then.peerAuthentications,
  authorizationPolicies: then.authorizationPolicies,
  requestAuthentications: then.requestAuthentications,
  held: new Map(),
})
