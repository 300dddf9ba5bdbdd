/** The kinds the mesh is configured with: what the list shows, what analyzers read, what history keeps. */

export interface MeshKind {
  group: string
  kind: string
  /** The API's resource: `virtualservices`. */
  plural: string
  /** Known versions, the preferred one first; the cluster says which it serves. */
  versions: readonly string[]
  namespaced: boolean
  family: 'networking' | 'security' | 'telemetry' | 'extensions' | 'gateway-api'
}

const istio = (
  family: 'networking' | 'security' | 'telemetry' | 'extensions',
  kind: string,
  plural: string,
  versions: readonly string[],
): MeshKind => ({ group: `${family}.istio.io`, kind, plural, versions, namespaced: true, family })

const gateway = (kind: string, plural: string, versions: readonly string[], namespaced = true): MeshKind => ({
  group: 'gateway.networking.k8s.io',
  kind,
  plural,
  versions,
  namespaced,
  family: 'gateway-api',
})

const all = ['v1', 'v1beta1', 'v1alpha3'] as const

export const meshKinds: readonly MeshKind[] = [
  istio('networking', 'VirtualService', 'virtualservices', all),
  istio('networking', 'DestinationRule', 'destinationrules', all),
  istio('networking', 'Gateway', 'gateways', all),
  istio('networking', 'ServiceEntry', 'serviceentries', all),
  istio('networking', 'Sidecar', 'sidecars', all),
  istio('networking', 'WorkloadEntry', 'workloadentries', all),
  istio('networking', 'WorkloadGroup', 'workloadgroups', all),
  istio('networking', 'EnvoyFilter', 'envoyfilters', ['v1alpha3']),
  istio('networking', 'ProxyConfig', 'proxyconfigs', ['v1beta1']),
  istio('security', 'AuthorizationPolicy', 'authorizationpolicies', ['v1', 'v1beta1']),
  istio('security', 'PeerAuthentication', 'peerauthentications', ['v1', 'v1beta1']),
  istio('security', 'RequestAuthentication', 'requestauthentications', ['v1', 'v1beta1']),
  istio('telemetry', 'Telemetry', 'telemetries', ['v1', 'v1alpha1']),
  istio('extensions', 'WasmPlugin', 'wasmplugins', ['v1alpha1']),
  gateway('GatewayClass', 'gatewayclasses', ['v1', 'v1beta1'], false),
  gateway('Gateway', 'gateways', ['v1', 'v1beta1']),
  gateway('HTTPRoute', 'httproutes', ['v1', 'v1beta1']),
  gateway('GRPCRoute', 'grpcroutes', ['v1', 'v1alpha2']),
  gateway('TLSRoute', 'tlsroutes', ['v1', 'v1alpha3', 'v1alpha2']),
  gateway('TCPRoute', 'tcproutes', ['v1alpha2']),
  gateway('UDPRoute', 'udproutes', ['v1alpha2']),
  gateway('ReferenceGrant', 'referencegrants', ['v1', 'v1beta1']),
  gateway('BackendTLSPolicy', 'backendtlspolicies', ['v1', 'v1alpha3']),
]

export const meshKind = (group: string, kind: string): MeshKind | undefined =>
  meshKinds.find(candidate => candidate.group === group && candidate.kind === kind)
