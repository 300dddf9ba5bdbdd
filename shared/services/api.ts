import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Health, HealthReason, Limits, Rule, Since } from '#shared/mesh/health.ts'
import { DataPlane } from '#shared/mesh/namespace.ts'
import { NodeKind, Protocol, Version } from '#shared/mesh/node.ts'
import { ObjectRef } from '#shared/mesh/object.ts'
import { ResponseShare } from '#shared/mesh/response.ts'
import { Direction as CallDirection } from '#shared/mesh/tolerance.ts'
import { moment, namespaceList, namespaceName, positiveSeconds } from '#shared/scope.ts'

/** What is listed: what callers ask for (services), or what runs (workloads). */
export const Listed = z.enum(['services', 'workloads'])
export type Listed = z.infer<typeof Listed>

/** Why it fails, as its calls tell it. */
export const Cause = z.object({
  /** Whose errors it passes on; null: they are its own. Without a name where the reader may not see whose. */
  of: z.nullable(z.object({ namespace: z.string(), name: z.string() })),
  /** The most frequent of those endings: HTTP status, or for gRPC its own; `-` for TCP. */
  code: z.string(),
  protocol: Protocol,
  /** Envoy's response flags, `-` for none. */
  flags: z.string(),
})
export type Cause = z.infer<typeof Cause>

/** One line of `/services` or `/workloads`. Rates are 1/s, ratios 0–1, durations milliseconds; null: nobody knows. */
export const ServiceRow = z.object({
  /** As the map calls it: `service:shop/catalog`. */
  id: z.string(),
  kind: NodeKind,
  namespace: z.string(),
  name: z.string(),
  health: Health,
  reason: z.nullable(HealthReason),
  /** Absent: nobody has looked before. */
  since: z.optional(Since),
  cause: z.nullable(Cause),
  dataPlane: DataPlane,
  pods: z.nullable(z.object({ ready: z.number(), total: z.number() })),
  /** Pods that have a proxy. */
  proxies: z.number(),
  versions: z.array(Version),
  /** Workloads behind a service, services before a workload. */
  related: z.array(z.string()),
  serviceAccounts: z.array(z.string()),
  workloadKind: z.nullable(z.string()),
  /** A gateway reports only as a caller: its numbers are of what it asked for. */
  isAsking: z.boolean(),
  /** It serves connections, not requests. */
  isTcp: z.boolean(),
  requestRate: z.number(),
  connectionRate: z.number(),
  byteRate: z.number(),
  errorRatio: z.nullable(z.number()),
  deniedRatio: z.nullable(z.number()),
  mtlsRatio: z.nullable(z.number()),
  p95: z.nullable(z.number()),
  /** Requests (TCP: bytes) per second, a value for each minute of the last 30. */
  trend: z.nullable(z.array(z.nullable(z.number()))),
})
export type ServiceRow = z.infer<typeof ServiceRow>

/** The live list: subject `services`; `list.ts` says how it changes. Empty `namespaces` = all of the mesh. */
export const ServicesQuery = z.object({
  of: Listed,
  namespaces: namespaceList,
  at: moment,
  window: positiveSeconds,
})
export type ServicesQuery = z.infer<typeof ServicesQuery>

/** The PromQL behind numbers, by name. */
export const NamedQuery = z.object({ name: z.string(), query: z.string() })
export type NamedQuery = z.infer<typeof NamedQuery>

export const ServiceList = z.object({
  at: z.number(),
  window: z.number(),
  rows: z.array(ServiceRow),
  queries: z.array(NamedQuery),
  /** What is missing, in one sentence each. */
  partial: z.array(z.string()),
})
export type ServiceList = z.infer<typeof ServiceList>

export const listServices = endpoint({
  method: 'GET',
  path: '/api/services',
  summary: 'The services or workloads of some namespaces, with their traffic',
  query: ServicesQuery,
  reply: ServiceList,
})

/** Whom it talks with, in one protocol. */
export const Peer = z.object({
  /** As the map calls it, and the protocol after it. */
  id: z.string(),
  kind: NodeKind,
  namespace: z.string(),
  name: z.string(),
  protocol: Protocol,
  /** Of its calls, by the limits of whoever answers them. */
  health: Health,
  /** Requests, or for TCP connections, 1/s. */
  rate: z.number(),
  /** Of all requests (TCP: connections) in this direction. */
  share: z.nullable(z.number()),
  byteRate: z.number(),
  errorRatio: z.nullable(z.number()),
  deniedRatio: z.nullable(z.number()),
  mtlsRatio: z.nullable(z.number()),
  meanDuration: z.nullable(z.number()),
  p95: z.nullable(z.number()),
  /** Most frequent first. */
  responses: z.array(ResponseShare),
})
export type Peer = z.infer<typeof Peer>

/** One direction. The rates of `peers` add up to these, to the last bit. */
export const Direction = z.object({
  requestRate: z.number(),
  connectionRate: z.number(),
  byteRate: z.number(),
  peers: z.array(Peer),
})
export type Direction = z.infer<typeof Direction>

/** A rule of health, and what it saw. `value` null: there was nothing to see. */
export const Weighed = z.object({
  rule: Rule,
  limits: Limits,
  value: z.nullable(z.number()),
  seen: z.number(),
  health: Health,
  origin: HealthReason.shape.origin,
  of: HealthReason.shape.of,
})
export type Weighed = z.infer<typeof Weighed>

export const ServicePage = z.object({
  row: ServiceRow,
  at: z.number(),
  window: z.number(),
  inbound: Direction,
  outbound: Direction,
  /** From summed buckets. */
  quantiles: z.array(z.object({ quantile: z.number(), duration: z.nullable(z.number()) })),
  /** Every rule that speaks of it, most specific first. */
  rules: z.array(Weighed),
  /** Where limits of its own may be written, most specific first, and what stands there. */
  places: z.array(z.object({ object: ObjectRef, text: z.nullable(z.string()), wrong: z.nullable(z.string()) })),
  /** How its calls end, refused ones left out: what limits are held against. `code`: see `shared/mesh/codes.ts`. */
  endings: z.array(z.object({ protocol: Protocol, direction: CallDirection, code: z.number(), rate: z.number() })),
  queries: z.array(NamedQuery),
  partial: z.array(z.string()),
})
export type ServicePage = z.infer<typeof ServicePage>

const serviceParams = z.object({
  of: Listed,
  namespace: namespaceName,
  name: z.string().check(z.minLength(1), z.maxLength(253)),
})

export const readService = endpoint({
  method: 'GET',
  path: '/api/services/:of/:namespace/:name',
  summary: 'One service or workload: its numbers, who calls it and whom it calls',
  params: serviceParams,
  query: z.object({ at: moment, window: positiveSeconds }),
  reply: ServicePage,
})

/** Told by the cluster alone: what is asked of other sources stands while Prometheus does not answer. */
export const readRelated = endpoint({
  method: 'GET',
  path: '/api/services/:of/:namespace/:name/related',
  summary: 'Workloads behind a service, or services before a workload, whatever is known of traffic',
  params: serviceParams,
  reply: z.object({ related: z.array(z.string()) }),
})
