import * as z from 'zod/mini'
import { Health, HealthReason, Since } from './health.ts'
import { DataPlane } from './namespace.ts'

/** What calls and is called: the nouns that the map, the lists and the pages of one service share. */

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
  /** Absent: nobody has looked before. */
  since: z.optional(Since),
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
