import type { SourceState } from '#shared/mesh/source.ts'
import type { Trace } from '#shared/mesh/span.ts'
import type { Said } from '#shared/mesh/tolerance.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'

/** One labelled number of an instant vector. NaN never gets past the door. */
export interface Sample {
  metric: Record<string, string>
  value: number
}

/** One line of a range vector; times in milliseconds, ascending, gaps are absent. */
export interface Series {
  metric: Record<string, string>
  times: EpochMilliseconds[]
  values: number[]
}

/** One request that was measured together with its trace. */
export interface Exemplar {
  at: EpochMilliseconds
  value: number
  traceId: string
}

/** One place Prometheus scrapes. */
export interface ScrapeTarget {
  labels: Record<string, string>
  url: string
  isUp: boolean
  /** Of the last scrape, in its own words; '' for none. */
  error: string
}

/** A Prometheus, as features see it. Every method throws SourceError and nothing else. */
export interface Prometheus {
  /** Instant query at one `time=`. */
  query(promql: string, at: EpochMilliseconds, signal?: AbortSignal): Promise<Sample[]>
  queryRange(
    promql: string,
    range: { start: EpochMilliseconds; end: EpochMilliseconds; step: Seconds },
    signal?: AbortSignal,
  ): Promise<Series[]>
  /** Traced requests of the series that a query reads, in its own unit. None where Prometheus keeps none. */
  queryExemplars(
    promql: string,
    range: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<Exemplar[]>
  /** Values of a label, or the names of all labels (`null`), among the series that any of the selectors chooses. */
  words(
    label: string | null,
    selectors: readonly string[],
    range: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<string[]>
  /** Where it scrapes, and how that goes. Compatible stores often do not tell. */
  targets(signal?: AbortSignal): Promise<ScrapeTarget[]>
  /** Seconds between two scrapes as its configuration says; `known: false` when assumed (15 s). Cached. */
  scrapeInterval(signal?: AbortSignal): Promise<{ interval: Seconds; known: boolean }>
  /** Number of queries sent since the start: what a reading cost is a difference of two of these. */
  queryCount(): number
  state(): SourceState
  /** A cheap question that renews `state`. Never throws. */
  probe(signal?: AbortSignal): Promise<void>
}

/** What went wrong with an upstream. `message` names the thing, the source and the next step. */
export class SourceError extends Error {
  readonly source: SourceState['name']
  /** `timeout` becomes 504, the others 502; `refused` is the upstream's own "bad query" (its 4xx) and becomes 502 too. */
  readonly reason: 'unreachable' | 'timeout' | 'refused' | 'malformed' | 'tooLarge' | 'unset'
  constructor(source: SourceState['name'], reason: SourceError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SourceError'
    this.source = source
    this.reason = reason
  }
}

/* Kubernetes objects, projected to what we use before they are stored. */

export interface NamespaceView {
  name: string
  labels: Record<string, string>
  /** What its annotation `weft/health` says; absent where it has none. */
  said?: Said
}
export interface PodView {
  namespace: string
  name: string
  labels: Record<string, string>
  serviceAccount: string
  ip: string
  phase: string
  isReady: boolean
  hasSidecar: boolean
  /** Captured by ztunnel (`ambient.istio.io/redirection: enabled`). */
  isAmbient: boolean
  proxyVersion: string | null
  /** Its image, where it is an istiod. */
  pilot?: string
  /** Top owner as Istio names workloads: Deployment (through its ReplicaSet), StatefulSet, DaemonSet, Job … or the pod itself. */
  workload: { kind: string; name: string }
}
export interface WorkloadView {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  namespace: string
  name: string
  labels: Record<string, string>
  podLabels: Record<string, string>
  said?: Said
  /** Where its pods ask to be scraped or probed past what the sidecar answers for them: how they do. */
  asks?: { annotations: Record<string, string>; containers: Record<string, unknown>[] }
  serviceAccount: string
  replicas: number
  readyReplicas: number
}
export interface ServiceView {
  namespace: string
  name: string
  labels: Record<string, string>
  said?: Said
  selector: Record<string, string> | null
  type: string
  clusterIP: string
  ports: { name: string; port: number; targetPort: string; protocol: string; appProtocol: string | null }[]
}
/** Istio and Gateway API objects keep their spec whole: what it means is for features to say. */
export interface ObjectView {
  group: string
  kind: string
  namespace: string
  name: string
  labels: Record<string, string>
  annotations: Record<string, string>
  creationTimestamp: string
  spec: Record<string, unknown>
}

/** Everything the watches have told so far: replaced, never changed, so that readers may keep it. */
export interface MeshObjects {
  /** Rises with every change. */
  revision: number
  namespaces: readonly NamespaceView[]
  pods: readonly PodView[]
  workloads: readonly WorkloadView[]
  services: readonly ServiceView[]
  peerAuthentications: readonly ObjectView[]
  authorizationPolicies: readonly ObjectView[]
  serviceEntries: readonly ObjectView[]
  /** gateway.networking.k8s.io Gateways: waypoints among them (class istio-waypoint). */
  gateways: readonly ObjectView[]
}

export interface Kubernetes {
  /** Null until the first full list of namespaces, pods, workloads and services has arrived. */
  objects(): MeshObjects | null
  /** The cluster's name: the kubeconfig context. */
  cluster(): string
  user(): string
  state(): SourceState
}

/** One trace as a list shows it. Times in microseconds since the epoch, durations in microseconds. */
export interface TraceSummary {
  traceId: string
  /** Empty where the root is not known. */
  rootService: string
  rootOperation: string
  start: number
  duration: number
  /** Null where the store does not say. */
  spanCount: number | null
  errorCount: number | null
  services: { name: string; spanCount: number; errorCount: number }[]
}

export interface TraceSearch {
  service: string
  operation?: string | undefined
  /** All of them, on one span. */
  tags: Readonly<Record<string, string>>
  /** Only traces with a span of this service that failed. */
  isError?: boolean | undefined
  /** Microseconds. */
  minDuration?: number | undefined
  maxDuration?: number | undefined
  start: EpochMilliseconds
  end: EpochMilliseconds
  limit: number
}

/** Who calls whom, as the store has counted it. */
export interface Dependency {
  parent: string
  child: string
  callCount: number
}

/** A store of traces: five questions, whatever it speaks. Every method throws SourceError and nothing else. */
export interface Tracing {
  services(signal?: AbortSignal): Promise<string[]>
  operations(service: string, signal?: AbortSignal): Promise<string[]>
  /** Newest first. */
  search(query: TraceSearch, signal?: AbortSignal): Promise<TraceSummary[]>
  /** Null: it has none of that id. `around` helps stores that look by time. */
  trace(
    traceId: string,
    around?: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<Trace | null>
  /** Null: this store does not count them. */
  dependencies(end: EpochMilliseconds, lookback: Milliseconds, signal?: AbortSignal): Promise<Dependency[] | null>
  state(): SourceState
  probe(signal?: AbortSignal): Promise<void>
}

export interface Sources {
  prometheus: Prometheus
  kubernetes: Kubernetes
  tracing: Tracing
}
