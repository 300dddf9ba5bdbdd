import type { Token } from '#lab/contract.ts'
import type { ExternalHost, Pod, ServiceName, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { TokenBucket } from '#lab/mesh/snapshot/rate-limit.ts'
import type { Retries } from '#lab/mesh/snapshot/rules.ts'
import type { TrafficPolicy } from '#lab/mesh/snapshot/traffic-policy.ts'
import type { Preference } from './balance.ts'

/** Requests that look alike to every proxy on their way. */
export interface Flow {
  source: Workload
  /** As the caller writes it. */
  host: string
  port: number
  protocol: 'http' | 'grpc' | 'tcp'
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  /** Null: none was brought, or a proxy took it off. */
  token: Token | null
  /** The token as far as the proxy that has the request now found it valid: what its policies and routes go by. */
  validated: Token | null
  /** Of the client outside the cluster, as a gateway sees it; null for callers inside. */
  remoteAddress: string | null
  /** Of the client's own TLS; null where it speaks none. */
  sni: string | null
  /** A gateway passes it on: its own policies had their say when it arrived there. */
  passedOn: boolean
}

/** One thing that happens to a part of a flow's requests. The shares of a flow's outcomes sum to 1. */
export interface Outcome {
  share: number
  /** What a proxy answers instead of the application; null: the application answers. */
  answer: Answer | null
  /** Workload the requests were sent to; null where no pod was chosen. A refusing workload is named, though its application saw nothing. */
  destination: Workload | null
  /** The destination's pods that share these requests. */
  pods: readonly Pod[]
  /** Outcomes that hold the same one are what one proxy chooses between; null where nobody chooses. */
  cluster: Cluster | null
  /** Local rate limits on the way, in the order they are met. */
  limits: readonly Limit[]
  external: ExternalHost | null
  waypoint: Workload | null
  service: ServiceName
  port: number
  /** Envoy's name of the cluster at the caller. */
  upstreamCluster: string
  /** As the destination gets it: rewritten, with its headers edited. */
  arriving: Flow
  /** Where a redirect leads. */
  location: string | null
  /** Milliseconds a fault adds. */
  delay: number
  /** Milliseconds after which the routing proxy gives up. */
  timeout: number | null
  retries: Retries | null
  mtls: boolean
  /** The request as it came to the destination: proxies on the way take from it and add to it. */
  onward: Flow
  reports: Report[]
  rbac: RbacCount[]
  /** `namespace/name` of the policy and its rule, when one refused. */
  refusedBy: string | null
  /** Envoy's `%RESPONSE_CODE_DETAILS%` at the proxy that decided. */
  details: string
  /** Name of the route taken: the rule's own, else Istio's `default`. */
  routeName: string
}

/** The endpoints that a proxy chooses between for a part of a flow, as its DestinationRule has it. */
export interface Cluster {
  /** Whose proxies choose: the caller's, or a waypoint's. */
  router: Workload
  /** Envoy's name. */
  name: string
  /** The part of the flow's requests that it is for. */
  share: number
  policy: TrafficPolicy
  /** Null: all pods alike. */
  preferences: readonly Preference[] | null
  pods: readonly Pod[]
  /** What becomes of a request that finds the connection pool full, or every pod ejected. */
  overflow: Outcome | null
  unhealthy: Outcome | null
}

/** One bucket of tokens in each of a workload's proxies. */
export interface Limit {
  key: string
  at: Workload
  side: 'source' | 'destination'
  bucket: TokenBucket
  /** Shares of the requests, 0–1. */
  enabled: number
  enforced: number
  statPrefix: string
  /** What becomes of a request over the limit. */
  otherwise: Outcome
}

/** HTTP status (0: the connection broke) and gRPC status as the caller sees them. `after` is milliseconds. */
export interface Answer {
  code: number
  grpcStatus: number | null
  after: number
}

/** One line that a proxy writes about each of the requests. */
export interface Report {
  reporter: 'source' | 'destination' | 'waypoint'
  /** `tcp` for ztunnel, and for TCP ports. */
  layer: 'http' | 'tcp'
  /** Whose proxies write it. For `ztunnel` it is those on the nodes of this workload's pods. */
  by: Workload
  ztunnel: boolean
  /** Null: unknown to the reporter. */
  source: Workload | null
  destination: Workload | null
  service: ServiceName
  protocol: 'http' | 'grpc' | 'tcp'
  sourcePrincipal: string | null
  destinationPrincipal: string | null
  security: 'mutual_tls' | 'none' | 'unknown'
  flags: string
  /** The connection never came to be: counted as failed, carries no bytes. */
  failed: boolean
}

/** What one of a workload's RBAC filters counts for each of the requests: the one for DENY and the one for ALLOW count by themselves. */
export interface RbacCount {
  at: Workload
  port: number
  layer: 'http' | 'tcp'
  /** Null: only a dry run had a say. */
  enforced: 'allowed' | 'denied' | null
  shadow: Shadow | null
}

/** What policies marked `istio.io/dry-run` would have done. */
export interface Shadow {
  action: 'allow' | 'deny'
  result: 'allowed' | 'denied'
  /** Envoy's name of the rule that fits, `ns[shop]-policy[dry]-rule[0]`; null: none did. */
  policy: string | null
}
