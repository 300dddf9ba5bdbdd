/** What the rooms of the lab tell each other. Times are milliseconds since the epoch unless a name says otherwise. */

/* ---- kubernetes ---- */

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[]
    [key: string]: unknown
  }
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
  [key: string]: unknown
}

/** `pods`, `deployments.apps`, `virtualservices.networking.istio.io`: plural, then the group where there is one. */
export type ResourceName = string

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  resource: ResourceName
  object: KubeObject
  /** The revision this event made. */
  revision: number
}

/** The lab's object store, as the mesh and the controllers see it. Objects are frozen values: replace, never mutate. */
export interface ObjectStore {
  /** Rises with every change of any object. */
  readonly revision: number
  list(resource: ResourceName, namespace?: string): KubeObject[]
  get(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined
  /** Fills uid, resourceVersion, generation, creationTimestamp. Throws if it exists. */
  create(object: KubeObject): KubeObject
  /** Replaces; bumps generation when spec changed. A no-op keeps the resourceVersion. */
  replace(object: KubeObject): KubeObject
  remove(resource: ResourceName, namespace: string | undefined, name: string): KubeObject | undefined
  /** Called after each change, in order. Returns the way out. */
  subscribe(listener: (event: StoreEvent) => void): () => void
}

/** One line of a container's log. Its text is made when it is asked for. */
export interface LogLine {
  /** Milliseconds since the epoch, with a fraction. */
  time: number
  stream: 'stdout' | 'stderr'
  text: () => string
}

/** What containers wrote, as kubelet reads it back. */
export interface ContainerLogs {
  /**
   * The lines that are kept after a place, oldest first, and the place to go on from; from the beginning where none is
   * given. Null where lines after the place are no longer kept: the reader was too slow, or the container is another one.
   */
  read(pod: KubeObject, container: string, after: number | undefined): { lines: LogLine[]; place: number } | null
  /** What the container wrote before its last restart; null where it never restarted. */
  previous(pod: KubeObject, container: string): LogLine[] | null
  /** Calls back when there is more to read. Returns the way out. */
  subscribe(pod: KubeObject, container: string, listener: () => void): () => void
}

/** istiod's validating webhook was asked about an object. */
export interface WebhookReview {
  group: string
  version: string
  /** Plural. */
  resource: string
  isValid: boolean
}

/** A question to a process in a pod, as the API server passes it on. */
export interface PodRequest {
  method: string
  /** Of the process itself, with its leading slash; not decoded. */
  path: string
  query: URLSearchParams
}

export interface PodReply {
  code: number
  contentType: string
  body: string
}

/** What listens in the pods. */
export interface PodServers {
  /** Null: nobody does on this port. */
  ask(pod: KubeObject, port: number, request: PodRequest): PodReply | null
}

/* ---- prometheus ---- */

export type Labels = Readonly<Record<string, string>>

export interface Matcher {
  name: string
  op: '=' | '!=' | '=~' | '!~'
  value: string
}

/** Samples in ascending time. A stale marker is the NaN with the bits 0x7ff0000000000002 (Prometheus' own). */
export interface SampleSeries {
  /** Includes `__name__`. */
  labels: Labels
  times: Float64Array
  values: Float64Array
}

export interface MetricMetadata {
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown'
  help: string
  unit: string
}

/** Requests that were traced, at the series they were counted in. */
export interface ExemplarStore {
  /** `at` in milliseconds since the epoch; `value` in the series' own unit. */
  select(
    matchers: readonly Matcher[],
    from: number,
    to: number,
  ): { labels: Labels; exemplars: { at: number; value: number; traceId: string }[] }[]
}

export interface SampleStore {
  /** All series that match every matcher and have a sample with from ≤ time ≤ to; only those samples. */
  select(matchers: readonly Matcher[], from: number, to: number): SampleSeries[]
  labelNames(matchers: readonly Matcher[], from: number, to: number): string[]
  labelValues(name: string, matchers: readonly Matcher[], from: number, to: number): string[]
  metadata(): Record<string, MetricMetadata>
  /** The present values in Prometheus' text exposition format 0.0.4, piece by piece. */
  exposition(): Iterable<string>
  /** Seconds. */
  readonly scrapeInterval: number
  targets(): { labels: Labels; scrapeUrl: string; lastScrape: number; health: 'up' | 'down' }[]
}

/* ---- what proxies report ---- */

/** Envoy's attributes of a request or connection (`response.code`), nested as CEL asks for them. Whole numbers are bigint. */
export type Attributes = Readonly<Record<string, unknown>>

/** One access log on a proxy's own output. */
export interface AccessLogging {
  stream: 'stdout' | 'stderr'
  /** With Envoy's command operators. */
  format: { text: string } | { labels: Readonly<Record<string, unknown>> }
  /** Null: of every request. */
  filter: ((attributes: Attributes) => boolean) | null
}

export interface CustomTag {
  tag: string
  /** Of headers and of the proxy's environment: what stands there when they are absent; null leaves the tag out. */
  from: { kind: 'literal'; value: string } | { kind: 'environment' | 'header'; name: string; otherwise: string | null }
}

/** Metrics that do not have Istio's standard labels. */
export interface MetricDress {
  /** Names it among all dresses. */
  key: string
  /** Names of the metrics, without `_bucket` and its kin. */
  metrics: ReadonlySet<string>
  removed: readonly string[]
  added: readonly { tag: string; value: (attributes: Attributes) => string }[]
}

/** What Telemetry objects and the mesh config want of a proxy that calls, or that is called. */
export interface SideTelemetry {
  accessLogs: readonly AccessLogging[]
  /** False: trace context is handed on all the same. */
  reportsSpans: boolean
  /** Share of the requests that begin here and are traced, 0–1. */
  traceShare: number
  tags: readonly CustomTag[]
  /** Null: all metrics as standard. Metrics in no dress are not reported. */
  metrics: readonly MetricDress[] | null
}

export interface ProxyTelemetry {
  client: SideTelemetry
  server: SideTelemetry
}

/* ---- traffic and traces ---- */

export interface PodRef {
  namespace: string
  workload: string
  pod: string
  ip: string
  /** canonical service */
  service: string
  version: string
  serviceAccount: string
  /** What stands before it: decides which spans exist. */
  proxy: 'sidecar' | 'ztunnel' | 'waypoint' | 'gateway' | 'none'
  node: string
  /** What its Envoy reports; means nothing where it has none. */
  telemetry: ProxyTelemetry
}

/** One request that really happened in the traffic model, with the requests it caused. Agrees with the metrics it was counted in. */
export interface RequestTree {
  /** Null where the caller is outside the cluster (the internet) . */
  source: PodRef | null
  /** Null where no pod was reached (no route, no healthy upstream, refused before). */
  destination: PodRef | null
  /** Way-station of the hop, when there is one. */
  waypoint: PodRef | null
  /** The service that was asked for, by its full name, and its port. */
  host: string
  port: number
  /** The Host header as the caller wrote it: `catalog.shop:8080`. */
  authority: string
  /** Further request headers that the caller set, in lower case. */
  headers: Readonly<Record<string, string>>
  /** The same three as they come to the destination: proxies on the way may rewrite them. */
  arriving: Readonly<{ authority: string; path: string; headers: Readonly<Record<string, string>> }>
  /** A copy that a proxy sent beside the request: nobody waits for it, and the proxy that sent it writes no access log. */
  isMirror: boolean
  /** Envoy's cluster name at the caller: `outbound|8080|v1|catalog.shop.svc.cluster.local`. */
  upstreamCluster: string
  protocol: 'http' | 'grpc' | 'tcp'
  method: string
  path: string
  /** HTTP status (gRPC: 200 with grpcStatus). */
  code: number
  grpcStatus: number | null
  /** Envoy response flags at the caller's side, `-` for none. */
  flags: string
  /** At the destination's side. */
  destinationFlags: string
  mtls: boolean
  requestBytes: number
  responseBytes: number
  /** Milliseconds since the epoch, with a fraction. */
  start: number
  /** Milliseconds, as the caller saw it. */
  duration: number
  /** The last place it came to: a proxy that answered or found no way on, or the application. */
  stage: 'source' | 'waypoint' | 'destination' | 'application'
  /** Which RBAC policy refused, when one did: `ns/name` and rule. */
  refusedBy: string | null
  /** Envoy's `%RESPONSE_CODE_DETAILS%` at the proxy that decided: `via_upstream`, `route_not_found` … */
  details: string
  /** What policies that are on trial would have done, and at which workload (`namespace/name`). */
  dryRuns: readonly DryRun[]
  /** Name of the route that was taken: the rule's own, else Istio's `default`. */
  routeName: string
  /** What the request brought as `Authorization: Bearer …`, read; null for none. */
  token: Token | null
  /** Address of the client outside the cluster, where the request came from there. */
  remoteAddress: string | null
  /** Attempt number, 0 for the first; retries are siblings. */
  attempt: number
  children: RequestTree[]
}

export interface DryRun {
  at: string
  action: 'allow' | 'deny'
  result: 'allowed' | 'denied'
  /** `ns[shop]-policy[dry]-rule[0]`; null where no rule fits. */
  policy: string | null
}

/** What everything that tells of one thrown request shares. */
export interface Marks {
  /** 32 hexadecimal digits. */
  traceId: string
  requestId: string
  /** Proxies report spans of it. */
  isTraced: boolean
  /** Earlier tries, where the request began at a caller inside the mesh and was tried again; usually none. */
  before: readonly RequestTree[]
}

/** Takes finished requests as they are thrown, a share of all that were counted. */
export interface RequestSink {
  add(root: RequestTree, marks: Marks): void
}

/* ---- scenario ---- */

/** How a workload behaves: what the objects cannot say. Keyed by `namespace/workload`. */
export interface Behaviour {
  namespace: string
  workload: string
  /** Its own working time, milliseconds: log-normal with this median and this p99. */
  latency: { median: number; p99: number }
  /** Errors of its own making (5xx or gRPC 13), 0–1, and 4xx of its callers' making. */
  errorRatio: number
  clientErrorRatio: number
  /** Requests per second one pod can serve before it queues. */
  capacity: number
  /** What one request makes it call. */
  calls: Call[]
  /** Requests that begin here (batch jobs, the internet at a gateway): requests per second on average. */
  origin?: { rate: number; daily: number; calls: Call[] }
  /** Seconds until a new pod is ready. */
  startup: number
}

/** A JSON Web Token as a validator reads it. */
export interface Token {
  issuer: string
  subject: string
  audiences: string[]
  /** `azp`. */
  presenter?: string
  claims: Record<string, unknown>
  /** What a validator that knows the issuer's keys finds. */
  state: 'valid' | 'expired' | 'badSignature'
}

export interface Call {
  /** Host as a caller would write it: `catalog.shop`, `postgres.data`, `risk.cards.example`. */
  host: string
  port: number
  protocol: 'http' | 'grpc' | 'tcp'
  /** Calls per request of the caller, may be below 1. */
  perRequest: number
  /** Request classes with their shares (sum 1): so that matches mean something. */
  classes: {
    share: number
    method: string
    path: string
    headers?: Record<string, string>
    /** Brought as a bearer token; none where absent. */
    token?: Token
    /** Address of a client outside the cluster, for calls that begin at a gateway. */
    remoteAddress?: string
    /** Server name of the TLS handshake that the client itself makes. */
    sni?: string
    requestBytes: number
    responseBytes: number
  }[]
  /** Of TCP: bytes per call each way; connections live this many calls. */
  tcp?: { sentBytes: number; receivedBytes: number; callsPerConnection: number }
  /** The caller answers without it when it fails (images, recommendations) — its errors do not propagate. */
  optional: boolean
  /** Caller-side timeout in milliseconds and retries of the application itself. */
  timeout: number
  parallel: boolean
}

export interface Scenario {
  preset: 'shop' | 'thousand' | 'tenthousand'
  cluster: string
  trustDomain: string
  rootNamespace: string
  /** Everything that exists at start, Pods included (owner references in place, statuses ready). */
  objects: KubeObject[]
  behaviours: Behaviour[]
  /** Hosts outside the cluster with their latency, whether or not a ServiceEntry describes them. */
  externalHosts: { host: string; address: string; latency: { median: number; p99: number }; errorRatio: number }[]
  /** Seconds. 15 for shop. */
  scrapeInterval: number
  /** Series carry pod and instance labels (shop), or not, as recording rules would leave them. */
  perPodSeries: boolean
}
