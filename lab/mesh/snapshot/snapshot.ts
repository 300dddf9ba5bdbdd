import type { ObjectStore, Scenario } from '#lab/contract.ts'
import { readAuthorizationPolicies } from './authorization-policies.ts'
import { readDestinationRules } from './destination-rules.ts'
import type { MeshSettings, Pod, Snapshot } from './facts.ts'
import { readPeerAuthentications } from './peer-authentications.ts'
import { readRouter } from './routes.ts'
import { readServiceEntries, readServices } from './services.ts'
import { readWorkloads } from './workloads.ts'

/** Resources a snapshot is made of: a change of any other needs no new one. */
export const watched: ReadonlySet<string> = new Set([
  'namespaces',
  'pods',
  'services',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'serviceentries.networking.istio.io',
  'gateways.networking.istio.io',
  'gateways.gateway.networking.k8s.io',
  'httproutes.gateway.networking.k8s.io',
  'grpcroutes.gateway.networking.k8s.io',
  'referencegrants.gateway.networking.k8s.io',
  'peerauthentications.security.istio.io',
  'authorizationpolicies.security.istio.io',
])

export const settingsOf = (scenario: Scenario): MeshSettings => ({
  cluster: scenario.cluster,
  trustDomain: scenario.trustDomain,
  rootNamespace: scenario.rootNamespace,
  externalHosts: new Map(scenario.externalHosts.map(external => [external.host, external])),
})

export function takeSnapshot(store: ObjectStore, mesh: MeshSettings): Snapshot {
  const namespaceLabels = new Map(
    store.list('namespaces').map(object => [object.metadata.name, object.metadata.labels ?? {}]),
  )
  const workloads = readWorkloads(store, namespaceLabels, mesh.trustDomain)
  const ztunnels = new Map<string, Pod>()
  for (const workload of workloads.values())
    if (workload.labels['app'] === 'ztunnel') for (const pod of workload.ready) ztunnels.set(pod.node, pod)
  return {
    revision: store.revision,
    mesh,
    workloads,
    services: readServices(store, workloads, namespaceLabels),
    serviceEntries: readServiceEntries(store),
    router: readRouter(store, workloads),
    destinationRules: readDestinationRules(store),
    peerAuthentications: readPeerAuthentications(store),
    authorizationPolicies: readAuthorizationPolicies(store),
    discovery: ztunnels.size > 0 || [...workloads.values()].some(workload => workload.proxy === 'ztunnel'),
    ztunnels,
  }
}
