import type { Labels } from '#lab/contract.ts'
import type { Report } from '#lab/mesh/decide/outcome.ts'
import type { MeshSettings, Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Reporter, Told } from './lines.ts'

/** The label set of Istio's standard metrics. What a reporter does not know is `unknown`. */
export function labelsOf(mesh: MeshSettings, report: Report, reporter: Reporter, told: Told | null): Labels {
  const { source, destination, service } = report
  return {
    reporter: report.reporter,
    source_workload: source?.name ?? 'unknown',
    source_workload_namespace: source?.namespace ?? 'unknown',
    source_principal: principal(report.sourcePrincipal),
    source_app: source?.app ?? 'unknown',
    source_version: source?.version ?? 'unknown',
    source_cluster: source ? mesh.cluster : 'unknown',
    source_canonical_service: source?.canonicalService ?? 'unknown',
    source_canonical_revision: source?.canonicalRevision ?? 'latest',
    destination_workload: destination?.name ?? 'unknown',
    destination_workload_namespace: destination?.namespace ?? 'unknown',
    destination_principal: principal(report.destinationPrincipal),
    destination_app: destination?.app ?? 'unknown',
    destination_version: destination?.version ?? 'unknown',
    destination_service: service.host,
    destination_service_name: service.name,
    destination_service_namespace: service.namespace,
    destination_cluster: destination ? mesh.cluster : 'unknown',
    destination_canonical_service: destination?.canonicalService ?? 'unknown',
    destination_canonical_revision: destination?.canonicalRevision ?? 'latest',
    request_protocol: report.protocol,
    ...(told && report.layer === 'http' ? { response_code: String(told.code) } : {}),
    ...(told?.grpcStatus != null ? { grpc_response_status: String(told.grpcStatus) } : {}),
    response_flags: told?.flags ?? report.flags,
    connection_security_policy: report.security,
    ...targetLabels(reporter.pod, reporter.namespace),
    ...(report.ztunnel ? { app: 'ztunnel' } : {}),
  }
}

const principal = (name: string | null): string => (name === null ? 'unknown' : `spiffe://${name}`)

/** What Prometheus adds about the target it scraped; without a pod, what recording rules leave of it. */
export const targetLabels = (pod: Pod | null, namespace: string): Record<string, string> =>
  pod === null ? { namespace } : { namespace, pod: pod.name, instance: instanceOf(pod), job: 'kubernetes-pods' }

export const instanceOf = (pod: Pod): string => `${pod.ip}:15020`

/** Whose end is the end of the series. */
export const ownerOf = (reporter: Reporter, by: Workload): string =>
  reporter.pod === null ? by.key : `${reporter.pod.namespace}/${reporter.pod.name}`
