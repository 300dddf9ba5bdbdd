import type { Attributes, Labels, MetricDress } from '#lab/contract.ts'
import type { Report } from '#lab/mesh/decide/outcome.ts'
import { bitsOf } from '#lab/mesh/snapshot/expression.ts'
import type { PlannedFlow } from '#lab/mesh/traffic/plan.ts'
import type { Told } from './lines.ts'

/** The standard labels as a Telemetry wants them. */
export function dressed(labels: Labels, dress: MetricDress, attributes: Attributes): Labels {
  const kept = Object.entries(labels).filter(([name]) => !dress.removed.includes(name))
  return Object.fromEntries([...kept, ...dress.added.map(({ tag, value }) => [tag, value(attributes)])])
}

/** What a proxy knows of the requests it counts: those of a flow look alike to it. */
export function attributesOf({ flow }: PlannedFlow, report: Report, told: Told): Attributes {
  const path = flow.path.split('?')[0] ?? ''
  const isHttp = report.layer === 'http'
  return {
    request: isHttp
      ? {
          method: flow.method,
          path: flow.path,
          url_path: path,
          host: flow.host,
          scheme: 'http',
          protocol: flow.protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1',
          headers: { ':method': flow.method, ':path': flow.path, ':authority': flow.host, ...flow.headers },
        }
      : {},
    response: {
      flags: bitsOf(told.flags),
      ...(isHttp ? { code: BigInt(told.code) } : {}),
      ...(told.grpcStatus === null ? {} : { grpc_status: BigInt(told.grpcStatus) }),
    },
    connection: {
      mtls: report.security === 'mutual_tls' || report.sourcePrincipal !== null,
      ...(flow.sni === null ? {} : { requested_server_name: flow.sni }),
    },
    source: report.sourcePrincipal === null ? {} : { principal: `spiffe://${report.sourcePrincipal}` },
    destination: { port: BigInt(flow.port) },
    node: {
      id: report.by.name,
      cluster: `${report.by.canonicalService}.${report.by.namespace}`,
      metadata: {
        NAMESPACE: report.by.namespace,
        WORKLOAD_NAME: report.by.name,
        SERVICE_ACCOUNT: report.by.serviceAccount,
        LABELS: report.by.labels,
      },
    },
  }
}
