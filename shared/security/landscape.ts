import * as z from 'zod/mini'
import type { MeshObject } from '#shared/mesh/object.ts'
import { enforcers } from './flow.ts'
import { isRecord } from './read.ts'

/** Who is there to call and be called, and what calls were seen: what the evaluator is asked about. */

export const Workload = z.object({
  namespace: z.string(),
  name: z.string(),
  kind: z.string(),
  /** Of its pods. */
  labels: z.record(z.string(), z.string()),
  serviceAccounts: z.array(z.string()),
  pods: z.number(),
  /** Addresses of its pods, where they are told. */
  ips: z.optional(z.array(z.string())),
  /** Pods with a proxy that enforces policies. */
  guarded: z.number(),
  enforcedBy: z.enum(enforcers),
  role: z.nullable(z.enum(['gateway', 'waypoint'])),
  /** How its pods ask to be scraped or probed, where the agent does not answer for them. */
  asks: z.optional(
    z.object({
      annotations: z.record(z.string(), z.string()),
      containers: z.array(z.record(z.string(), z.unknown())),
    }),
  ),
  /** Of the Services before it. A port is that of its pods; null where only its name is known. `servicePort`: by which it is called. */
  ports: z.array(
    z.object({
      service: z.string(),
      name: z.string(),
      port: z.nullable(z.number()),
      servicePort: z.optional(z.number()),
      protocol: z.enum(['http', 'grpc', 'tcp', 'unknown']),
    }),
  ),
})
export type Workload = z.infer<typeof Workload>

/** What a part of the calls that passed asked for, as sampled spans tell it. */
export const Facet = z.object({
  method: z.string(),
  /** Without its query. */
  path: z.string(),
  host: z.optional(z.string()),
  /** Spans. */
  sightings: z.number(),
  /** For which they stand. */
  requests: z.number(),
})
export type Facet = z.infer<typeof Facet>

/** Calls of one kind between two ends within the window. */
export const SeenFlow = z.object({
  id: z.string(),
  source: z.object({
    /** Empty: nobody knows. */
    namespace: z.string(),
    workload: z.string(),
    /** Without `spiffe://`; null: it brought none; absent: nobody said. */
    principal: z.optional(z.nullable(z.string())),
    /** It stands for callers of namespaces that the reader may not see. */
    isHidden: z.boolean(),
  }),
  destination: z.object({
    namespace: z.string(),
    workload: z.string(),
    service: z.string(),
  }),
  protocol: z.enum(['http', 'grpc', 'tcp']),
  /** The proxy that had it before it, where that is not the workload's first: ztunnel, of calls that went past a waypoint. */
  enforcedBy: z.optional(z.enum(enforcers)),
  /** Absent: nobody said. */
  mtls: z.optional(z.boolean()),
  /** Of the pods, where only one fits. */
  port: z.nullable(z.number()),
  /** Requests, or connections of TCP, that passed. */
  passed: z.number(),
  /** Those that a policy refused. */
  refused: z.number(),
  /**
   * Those that passed may have been refused: Envoy counts a connection of TCP that a policy refused as opened, and a 401
   * or a 403 may be a proxy's or its application's.
   */
  isUnsettled: z.optional(z.literal(true)),
  /** How many of the 403s of all its callers the destination's policies gave, 0 to 1: whose they are, nobody tells. */
  refusedShare: z.optional(z.number()),
  /** End of the last step of the window in which one came; null: in none; absent: nobody said. */
  lastSeen: z.optional(z.nullable(z.number())),
  /** How many came in each step, whether they passed or not; the oldest first. */
  hours: z.optional(z.array(z.number())),
  /** Of those that passed; what they do not stand for may have asked for anything. */
  facets: z.optional(z.array(Facet)),
})
export type SeenFlow = z.infer<typeof SeenFlow>

/** Whose policies the reader may read: what others say of a call stays unknown. */
export const Readable = z.object({
  /** Those of the root namespace, which hold for the whole mesh. */
  mesh: z.boolean(),
  /** Null: of every namespace. */
  namespaces: z.nullable(z.array(z.string())),
})
export type Readable = z.infer<typeof Readable>

/** The port that a proxy's policies see: a waypoint stands before the Service, all others before the pods. */
export const portAt = (
  enforcedBy: Workload['enforcedBy'],
  { port, servicePort }: Pick<Workload['ports'][number], 'port' | 'servicePort'>,
): number | null => (enforcedBy === 'waypoint' ? (servicePort ?? null) : port)

export const workloadKey = ({ namespace, name }: Pick<Workload, 'namespace' | 'name'>): string => `${namespace}/${name}`

/** The identities that a workload's certificates are for. */
export const principalOf = (trustDomain: string, namespace: string, account: string): string =>
  `${trustDomain}/ns/${namespace}/sa/${account}`

export const isMeshObject = (value: unknown): value is MeshObject =>
  isRecord(value) &&
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  isRecord(value['metadata']) &&
  typeof value['metadata']['name'] === 'string'
