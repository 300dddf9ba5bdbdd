import type { LadderPanel } from '#shared/mesh/ladder.ts'
import type { Bare } from '#shared/mesh/statement.ts'

/** What a panel is drawn from, and who tells it. */
export interface PanelMetrics {
  /** Of which one has to be there. Of a histogram its count: as many series as it has buckets would be read for nothing. */
  metrics: readonly string[]
  /** Istio's standard metrics name both ends; the others name pods of a namespace, or nobody. */
  teller: 'proxies' | 'istiod' | 'kubelets'
  /** Matchers beside those of the subject. */
  matchers: readonly string[]
  /** What it takes that the metric is there at all. */
  takes: Bare
}

const proxies = {
  teller: 'proxies' as const,
  matchers: [],
  takes: 'proxiesUnscraped' as const,
}
const istiod = {
  teller: 'istiod' as const,
  matchers: [],
  takes: 'istiodUnscraped' as const,
}
const kubelets = {
  teller: 'kubelets' as const,
  takes: 'kubeletsUnscraped' as const,
}
const ofProxies = ['container="istio-proxy"']

/** Istio docs, "Istio Standard Metrics", "pilot-discovery" and "Envoy Statistics"; kubelets: Kubernetes docs, "Metrics For Kubernetes System Components". */
export const panelMetrics: Record<LadderPanel, PanelMetrics> = {
  traffic: {
    ...proxies,
    metrics: ['istio_requests_total', 'istio_tcp_sent_bytes_total', 'istio_tcp_connections_opened_total'],
  },
  requests: { ...proxies, metrics: ['istio_requests_total'] },
  errors: { ...proxies, metrics: ['istio_requests_total'] },
  latency: { ...proxies, metrics: ['istio_request_duration_milliseconds_count'] },
  tcp: { ...proxies, metrics: ['istio_tcp_sent_bytes_total', 'istio_tcp_received_bytes_total'] },
  openings: {
    ...proxies,
    metrics: ['istio_tcp_connections_opened_total', 'istio_tcp_connections_closed_total'],
  },
  sizes: { ...proxies, metrics: ['istio_request_bytes_count', 'istio_response_bytes_count'] },
  messages: { ...proxies, metrics: ['istio_request_messages_total', 'istio_response_messages_total'] },
  pushes: { ...istiod, metrics: ['pilot_xds_pushes'] },
  convergence: { ...istiod, metrics: ['pilot_proxy_convergence_time_count'] },
  rejects: {
    ...istiod,
    metrics: ['pilot_total_xds_rejects'],
    takes: 'rejectsUncounted',
  },
  cpu: { ...kubelets, metrics: ['container_cpu_usage_seconds_total'], matchers: ofProxies },
  memory: { ...kubelets, metrics: ['container_memory_working_set_bytes'], matchers: ofProxies },
  connections: {
    ...proxies,
    metrics: ['envoy_cluster_upstream_cx_active'],
    takes: 'connectionsLeftOut',
  },
  usage: {
    ...kubelets,
    metrics: ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes'],
    matchers: ['container!=""', 'container!="POD"'],
  },
}
