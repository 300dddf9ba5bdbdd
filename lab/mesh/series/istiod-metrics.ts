import type { MetricMetadata } from '#lab/contract.ts'

/** What istiod exports (Istio docs, "pilot-discovery", Exported Metrics; the source where they say less). */

const metadata = (type: MetricMetadata['type'], help: string): MetricMetadata => ({ type, help, unit: '' })

export const controlPlaneMetadata: Record<string, MetricMetadata> = {
  up: metadata('gauge', 'whether the target answered the last scrape'),
  pilot_info: metadata('gauge', 'version and build of istiod'),
  istio_build: metadata('gauge', 'version of a component of Istio'),
  pilot_xds: metadata('gauge', 'proxies connected by xDS'),
  pilot_services: metadata('gauge', 'services known to istiod'),
  pilot_virt_services: metadata('gauge', 'virtual services known to istiod'),
  pilot_conflict_inbound_listener: metadata(
    'gauge',
    'inbound listeners that two services want with different protocols',
  ),
  pilot_conflict_outbound_listener_tcp_over_current_tcp: metadata(
    'gauge',
    'TCP listeners that were left out because another has their port',
  ),
  pilot_xds_pushes: metadata('counter', 'xDS pushes to proxies by type'),
  pilot_xds_push_time: metadata('histogram', 'seconds to make and send what is pushed, by type'),
  pilot_proxy_queue_time: metadata('histogram', 'seconds that a proxy waits for its push'),
  pilot_proxy_convergence_time: metadata('histogram', 'seconds between a change and a proxy having all of it'),
  pilot_push_triggers: metadata('counter', 'pushes by what made them necessary'),
  pilot_k8s_cfg_events: metadata('counter', 'events of configuration objects by kind and event'),
  pilot_k8s_reg_events: metadata('counter', 'events of what Kubernetes runs, by kind and event'),
  pilot_total_xds_rejects: metadata('counter', 'xDS responses that proxies rejected'),
  pilot_xds_cds_reject: metadata('gauge', 'clusters that proxies rejected'),
  pilot_xds_lds_reject: metadata('gauge', 'listeners that proxies rejected'),
  pilot_xds_rds_reject: metadata('gauge', 'routes that proxies rejected'),
  galley_validation_passed: metadata('counter', 'objects that the validation webhook let in'),
  galley_validation_failed: metadata('counter', 'objects that the validation webhook refused'),
  sidecar_injection_requests_total: metadata('counter', 'pods that the injection webhook was asked about'),
  sidecar_injection_success_total: metadata('counter', 'pods that were given a proxy'),
  citadel_server_root_cert_expiry_timestamp: metadata('gauge', 'Unix time at which the root certificate expires'),
  citadel_server_root_cert_expiry_seconds: metadata('gauge', 'seconds until the root certificate expires'),
}

/** Upper bounds in seconds. */
export const distributions = {
  pilot_proxy_convergence_time: [0.1, 0.5, 1, 3, 5, 10, 20, 30],
  pilot_proxy_queue_time: [0.1, 0.5, 1, 3, 5, 10, 20, 30],
  pilot_xds_push_time: [0.01, 0.1, 1, 3, 5, 10, 20, 30],
} as const

export type Distribution = keyof typeof distributions

/** So many values, spread evenly from one to another: how many are at or below a bound. */
export function countBelow(bound: number, values: { from: number; to: number; count: number }): number {
  const { from, to, count } = values
  if (bound < from) return 0
  return bound >= to ? count : Math.floor((count * (bound - from)) / (to - from))
}
