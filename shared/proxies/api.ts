import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { ObjectRef } from '#shared/mesh/object.ts'
import { namespaceName } from '#shared/scope.ts'
import { tables } from './tables.ts'

const objectName = z.string().check(z.regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a name of a Kubernetes object'))

/** How a pod is joined to the mesh: the proxy it has itself, or the ztunnel of its node. */
export const ProxyKind = z.enum(['sidecar', 'gateway', 'waypoint', 'ztunnel', 'none'])
export type ProxyKind = z.infer<typeof ProxyKind>

export const ContainerRow = z.object({
  name: z.string(),
  image: z.string(),
  isReady: z.boolean(),
  restarts: z.number(),
  /** `running`, `waiting`, `terminated`; empty where nobody has said yet. */
  state: z.string(),
  /** As the kubelet says it: `CrashLoopBackOff`, `OOMKilled`. */
  reason: z.nullable(z.string()),
  /** Cores and bytes; null: Prometheus does not know. */
  cpu: z.nullable(z.number()),
  memory: z.nullable(z.number()),
})
export type ContainerRow = z.infer<typeof ContainerRow>

/** `unknown`: no istiod that was heard knows this proxy. `unheard`: no istiod says anything. */
export const SyncState = z.enum(['synced', 'stale', 'unknown', 'unheard'])
export type SyncState = z.infer<typeof SyncState>

export const PodRow = z.object({
  name: z.string(),
  phase: z.string(),
  /** Why it is not as it should be, in the words of Kubernetes. */
  reason: z.nullable(z.string()),
  isReady: z.boolean(),
  isEnding: z.boolean(),
  node: z.string(),
  /** Milliseconds since the epoch; null where it says none. */
  createdAt: z.nullable(z.number()),
  containers: z.array(ContainerRow),
  kind: ProxyKind,
  /** Whose configuration this pod's traffic goes by; null: it has no proxy, or its ztunnel may not be looked for. */
  proxy: z.nullable(z.object({ namespace: z.string(), pod: z.string(), version: z.nullable(z.string()) })),
  sync: z.nullable(
    z.object({
      state: SyncState,
      sentAt: z.nullable(z.number()),
      behind: z.array(z.object({ type: z.string(), because: z.nullable(z.string()) })),
    }),
  ),
})
export type PodRow = z.infer<typeof PodRow>

export const WorkloadPods = z.object({
  at: z.number(),
  pods: z.array(PodRow),
  /** Pods beyond what is told. */
  left: z.number(),
  /** What is missing, in one sentence each. */
  partial: z.array(z.string()),
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
})
export type WorkloadPods = z.infer<typeof WorkloadPods>

export const readPods = endpoint({
  method: 'GET',
  path: '/api/proxies/:namespace/:workload/pods',
  summary: 'The pods of a workload: containers, restarts, CPU and memory, proxies and whether they are in sync',
  params: z.object({ namespace: namespaceName, workload: z.string().check(z.minLength(1), z.maxLength(253)) }),
  reply: WorkloadPods,
})

export const ConfigRow = z.object({
  id: z.string(),
  /** By column of its table. */
  cells: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** What somebody wrote that made it. */
  objects: z.array(ObjectRef),
  /** Why it is not in force as it was sent. */
  trouble: z.nullable(z.string()),
})
export type ConfigRow = z.infer<typeof ConfigRow>

export const Table = z.enum(tables)

export const ProxyConfig = z.object({
  /** When the proxy was asked. */
  at: z.number(),
  speaks: z.enum(['envoy', 'ztunnel']),
  /** `istiod`: the proxy itself cannot be asked; this is what istiod would send it. */
  toldBy: z.enum(['proxy', 'istiod']),
  counts: z.array(z.object({ table: Table, rows: z.number() })),
  table: Table,
  rows: z.array(ConfigRow),
  /** Rows beyond what is told. */
  left: z.number(),
  /** What is missing, in one sentence each. */
  partial: z.array(z.string()),
})
export type ProxyConfig = z.infer<typeof ProxyConfig>

export const readProxy = endpoint({
  method: 'GET',
  path: '/api/proxies/:namespace/:pod/config',
  summary: 'The configuration of one proxy as tables, read as the caller',
  params: z.object({ namespace: namespaceName, pod: objectName }),
  query: z.object({ table: z.optional(Table) }),
  reply: ProxyConfig,
})

/** One control plane: the pods of an istiod. */
export const Istiod = z.object({
  namespace: z.string(),
  name: z.string(),
  /** `default`, or what its namespaces ask for by `istio.io/rev`. */
  revision: z.string(),
  /** More than one while it is rolled out; none where its pods do not say. */
  versions: z.array(z.string()),
  ready: z.number(),
  total: z.number(),
})
export type Istiod = z.infer<typeof Istiod>

/** Proxies of one kind and version, and how many of them run what istiod last sent. */
export const FleetPart = z.object({
  kind: z.enum(['sidecar', 'gateway', 'waypoint', 'ztunnel']),
  version: z.nullable(z.string()),
  pods: z.number(),
  namespaces: z.number(),
  synced: z.number(),
  stale: z.number(),
  unknown: z.number(),
})
export type FleetPart = z.infer<typeof FleetPart>

export const Fleet = z.object({
  at: z.number(),
  istiods: z.array(Istiod),
  parts: z.array(FleetPart),
  /** Pods that ztunnel captures: they have no proxy of their own. */
  captured: z.number(),
  /** Those that do not run what they were sent, so many at most. */
  behind: z.array(
    z.object({
      namespace: z.string(),
      pod: z.string(),
      workload: z.string(),
      behind: z.array(z.object({ type: z.string(), because: z.nullable(z.string()) })),
    }),
  ),
  /** No istiod says which proxies are in sync: then none is counted as synced or stale. */
  isUnheard: z.boolean(),
  /** meshConfig as it is written, one for each revision, where the caller may read it. */
  meshConfigs: z.array(z.object({ namespace: z.string(), name: z.string(), text: z.string() })),
  /** What is missing, in one sentence each. */
  partial: z.array(z.string()),
})
export type Fleet = z.infer<typeof Fleet>

export const readFleet = endpoint({
  method: 'GET',
  path: '/api/proxies/fleet',
  summary: 'Control planes, the proxies of the mesh by kind, version and sync state, and meshConfig',
  reply: Fleet,
})
