import * as z from 'zod/mini'
import { Health, HealthReason, Since } from '#shared/mesh/health.ts'
import { DataPlane } from '#shared/mesh/namespace.ts'
import { GraphNamespace, GraphNode, Level, MtlsMode, NodeKind, Protocol, Version } from '#shared/mesh/node.ts'

/** The map's nouns. One `Graph` is one reading of one scope at one moment. */

export { DataPlane, GraphNamespace, GraphNode, Level, MtlsMode, NodeKind, Protocol, Version }

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
  /** Absent: nobody has looked before. */
  since: z.optional(Since),
})
export type GraphEdge = z.infer<typeof GraphEdge>

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

/** The one node that stands for all that somebody may not see. The page has its own words for it. */
export const othersId = 'outside:other-namespaces'
