import type { ProxyTelemetry, Scenario } from '#lab/contract.ts'
import type { AuthorizationPolicy } from './authorization-policies.ts'
import type { DestinationRules } from './destination-rules.ts'
import type { EnvoyFilters } from './envoy-filters.ts'
import type { Place } from './localities.ts'
import type { MeshConfig } from './mesh-config.ts'
import type { PeerAuthentication } from './peer-authentications.ts'
import type { RequestAuthentication } from './request-authentications.ts'
import type { Router } from './routes.ts'
import type { Telemetries } from './telemetries.ts'
import type { Sidecars } from './sidecars.ts'
import type { Visibility } from './visibility.ts'

/** What exists at one revision, in the words decisions are made with. */
export interface Snapshot {
  revision: number
  mesh: MeshSettings
  /** What the ConfigMap `istio` says, or said when it was last readable. */
  config: MeshConfig
  /** When it was taken, in milliseconds since the epoch. */
  now: number
  /** `namespace/name` → workload, scaled to nothing or not. */
  workloads: ReadonlyMap<string, Workload>
  /** Full host name (`catalog.shop.svc.cluster.local`) → service. */
  services: ReadonlyMap<string, Service>
  /** By host, also with a wildcard in front; oldest first. */
  serviceEntries: ReadonlyMap<string, readonly ServiceEntry[]>
  /** Who is told of what: a workload's Sidecar, if one applies. */
  sidecars: Sidecars
  /** Routes of callers inside the mesh and of each gateway. */
  router: Router
  destinationRules: DestinationRules
  /** What EnvoyFilters do to proxies: local rate limits. */
  envoyFilters: EnvoyFilters
  peerAuthentications: readonly PeerAuthentication[]
  /** By the namespace they were written in. */
  authorizationPolicies: ReadonlyMap<string, AuthorizationPolicy[]>
  requestAuthentications: ReadonlyMap<string, RequestAuthentication[]>
  telemetries: Telemetries
  /** Proxies look peers without a certificate up by their address: so once ambient is installed. */
  discovery: boolean
  /** Node → the ztunnel pod there. */
  ztunnels: ReadonlyMap<string, Pod>
  /** Workloads whose proxies no longer take what istiod sends → the configuration they go on with. */
  held: ReadonlyMap<string, Snapshot>
}

/** What the proxies of a workload have been told: what exists, or what existed when they stopped listening. */
export const toldTo = (snapshot: Snapshot, proxy: Pick<Workload, 'key'>): Snapshot =>
  snapshot.held.get(proxy.key) ?? snapshot

export interface MeshSettings {
  cluster: string
  trustDomain: string
  rootNamespace: string
  externalHosts: ReadonlyMap<string, ExternalHost>
  /** How the lab's external authorizers answer, by extension provider; one that is not here allows. */
  authorizers: ReadonlyMap<string, AuthorizerAnswer>
}

export type AuthorizerAnswer = 'allow' | 'deny' | 'down'

export type ExternalHost = Scenario['externalHosts'][number]

export interface Pod {
  name: string
  namespace: string
  ip: string
  node: string
  place: Place
  ready: boolean
  /** Milliseconds: when it became ready, or else when it was made. */
  since: number
  labels: Record<string, string>
}

export type ProxyKind = 'sidecar' | 'ztunnel' | 'waypoint' | 'gateway' | 'none'

export interface Workload {
  /** `namespace/name` */
  key: string
  namespace: string
  name: string
  labels: Record<string, string>
  serviceAccount: string
  /** `cluster.local/ns/shop/sa/cart`, without `spiffe://`. */
  principal: string
  proxy: ProxyKind
  app: string
  version: string
  canonicalService: string
  canonicalRevision: string
  /** What its proxies report. */
  telemetry: ProxyTelemetry
  pods: readonly Pod[]
  ready: readonly Pod[]
}

export interface ServiceName {
  host: string
  name: string
  namespace: string
}

export interface ServicePort {
  port: number
  name: string
  targetPort: number
  /** `appProtocol`, or what a ServiceEntry says; empty where neither does. */
  protocol: string
}

export interface Service extends ServiceName {
  /** Its clusterIP; empty where it has none. */
  address: string
  ports: readonly ServicePort[]
  labels: Record<string, string>
  /** Ready pods the selector picks, by their workload. */
  endpoints: readonly Endpoints[]
  /** Kubernetes' `trafficDistribution`, if it asks for closeness. */
  prefers: 'zone' | 'node' | null
  /** Where its L7 is decided, when it has a waypoint. */
  waypoint: Workload | null
  visibleTo: Visibility
}

export interface Endpoints {
  workload: Workload
  pods: readonly Pod[]
}

export interface ServiceEntry extends ServiceName {
  ports: readonly ServicePort[]
  location: 'MESH_EXTERNAL' | 'MESH_INTERNAL'
  resolution: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN' | 'DYNAMIC_DNS'
  /** Addresses that mean it, blocks among them. */
  addresses: readonly string[]
  /** Where it really is; none: where its host says. */
  endpoints: readonly { address: string; weight: number }[]
  visibleTo: Visibility
  /** Its endpoints where they are pods and WorkloadEntries of the cluster. */
  inside: Service | null
}
