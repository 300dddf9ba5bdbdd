import * as z from 'zod/mini'
import { Health, HealthReason } from '#shared/mesh/health.ts'
import { DataPlane } from '#shared/mesh/namespace.ts'

/** The map's nouns. One `Graph` is one reading of one scope at one moment. */

export const Level = z.enum(['namespace', 'service', 'workload'])
export type Level = z.infer<typeof Level>

export const Protocol = z.enum(['http', 'grpc', 'tcp'])
export type Protocol = z.infer<typeof Protocol>

/**
 * `namespace`: a whole namespace drawn as one. `external`: a host outside (ServiceEntry, PassthroughCluster,
 * BlackHoleCluster, the internet). `outside`: a caller or destination inside the cluster without a proxy.
 */
export const NodeKind = z.enum(['namespace', 'gateway', 'service', 'workload', 'waypoint', 'external', 'outside'])
export type NodeKind = z.infer<typeof NodeKind>

export { DataPlane }

export const MtlsMode = z.enum(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'])
export type MtlsMode = z.infer<typeof MtlsMode>

export const Version = z.object({
  version: z.string(),
  /** 1/s served by this version; null where nobody reports it. */
  requestRate: z.nullable(z.number()),
  ready: z.number(),
  pods: z.number(),
})
export type Version = z.infer<typeof Version>

export const GraphNode = z.object({
  /** `namespace:shop` · `service:shop/catalog` · `workload:shop/catalog-v1` · `waypoint:…` · `gateway:…` · `external:risk.cards.example` · `outside:legacy/batch`. Stable. */
  id: z.string(),
  kind: NodeKind,
  /** Empty for what has none (external hosts, the internet). */
  namespace: z.string(),
  name: z.string(),
  health: Health,
  reason: z.nullable(HealthReason),
  dataPlane: DataPlane,
  /** Ready and wanted pods; null where Kubernetes does not tell. */
  pods: z.nullable(z.object({ ready: z.number(), total: z.number() })),
  /** Pods that have a proxy (sidecar, or captured by ztunnel). */
  proxies: z.number(),
  versions: z.array(Version),
  /** Names of the workloads behind a service, or of the services before a workload. */
  related: z.array(z.string()),
  serviceAccounts: z.array(z.string()),
  /** Kubernetes kind of a workload (Deployment, StatefulSet …), else null. */
  workloadKind: z.nullable(z.string()),
  /** What a namespace node stands for; 1 for everything else. */
  members: z.number(),
  /** No request and no byte in the window, in or out. */
  isIdle: z.boolean(),
  /** Looks like a database to whoever draws an icon: serves TCP only. */
  isTcpOnly: z.boolean(),
})
export type GraphNode = z.infer<typeof GraphNode>

export const GraphEdge = z.object({
  /** `${source}>${destination}:${protocol}`. */
  id: z.string(),
  source: z.string(),
  destination: z.string(),
  protocol: Protocol,
  /** Node id of the waypoint this hop passes; the hop is one edge all the same. */
  via: z.nullable(z.string()),
  /** HTTP and gRPC requests per second, each hop counted once; 0 for TCP. */
  requestRate: z.number(),
  /** TCP connections opened per second; 0 for HTTP and gRPC. */
  connectionRate: z.number(),
  /** Bytes per second, both directions. For HTTP: bodies. */
  byteRate: z.number(),
  /** Server errors / all (5xx, code 0, gRPC 2 4 8 12–15); for TCP failed or flagged connections / all (`DENY` is told by `deniedRatio`). Null when there was nothing to divide by. */
  errorRatio: z.nullable(z.number()),
  /** HTTP 4xx (gRPC: the caller's codes) / all, refusals included. */
  clientErrorRatio: z.nullable(z.number()),
  /** Refused by policy / all: HTTP 403 and gRPC 7 where RBAC counted, ztunnel DENY. */
  deniedRatio: z.nullable(z.number()),
  /**
   * Proven mTLS / all that arrived, over requests (HTTP, gRPC) or connections (TCP); null where no reporter knew.
   * 1 only if all of it was.
   */
  mtlsRatio: z.nullable(z.number()),
  /** Milliseconds, mean over the window, as the destination saw it where it did. */
  meanDuration: z.nullable(z.number()),
  health: Health,
  reason: z.nullable(HealthReason),
})
export type GraphEdge = z.infer<typeof GraphEdge>

/** What a namespace is like, for its region on the map. */
export const GraphNamespace = z.object({
  name: z.string(),
  dataPlane: DataPlane,
  /** Effective namespace-wide mode (PeerAuthentication, UNSET inherited up to PERMISSIVE); null where Kubernetes does not tell. */
  mtlsMode: z.nullable(MtlsMode),
  /** An ALLOW AuthorizationPolicy without rules closes the whole namespace. */
  isClosed: z.boolean(),
  hasWaypoint: z.boolean(),
})
export type GraphNamespace = z.infer<typeof GraphNamespace>

export const Totals = z.object({
  /** HTTP and gRPC, 1/s, each hop once. */
  requestRate: z.number(),
  httpRate: z.number(),
  grpcRate: z.number(),
  /** TCP bytes per second. */
  tcpByteRate: z.number(),
  /** Over requests. */
  errorRatio: z.nullable(z.number()),
  /** Over requests; over TCP connections only where there are no requests at all. */
  mtlsRatio: z.nullable(z.number()),
})
export type Totals = z.infer<typeof Totals>

export const Graph = z.object({
  /** The one `time=` of all queries of this reading, milliseconds since the epoch. */
  at: z.number(),
  /** Seconds. */
  window: z.number(),
  /** What is drawn; differs from what was asked when the mesh is too large for one picture. */
  level: Level,
  requestedLevel: Level,
  /** Namespaces drawn open (their services or workloads) while the others are one node each. */
  open: z.array(z.string()),
  namespaces: z.array(GraphNamespace),
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  totals: Totals,
  /** Cost of this reading: queries sent to Prometheus and milliseconds until the last had answered. */
  reading: z.object({ queries: z.number(), duration: z.number() }),
  /** What is missing from this picture, in one sentence each (`Kubernetes does not answer: pods and idle workloads are missing.`). */
  partial: z.array(z.string()),
})
export type Graph = z.infer<typeof Graph>
