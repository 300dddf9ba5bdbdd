import type { Sample } from '#bff/sources/source.ts'
import type { Readings } from './paths.ts'

/** Series as proxies report them, for tests: say only what the test is about. */

export interface Told {
  reporter?: 'source' | 'destination' | 'waypoint'
  /** `namespace/workload`; absent is unknown. */
  from?: string
  to?: string
  /** `namespace/name`; that of the destination's workload unless told. `host` alone has no namespace. */
  service?: string
  protocol?: 'http' | 'grpc'
  code?: string
  grpcStatus?: string
  flags?: string
  policy?: 'mutual_tls' | 'none' | 'unknown'
  /** The destination's certificate, as the caller's proxy saw it. */
  principal?: string
  version?: string
  app?: string
}

export const noReadings = (): Readings => ({
  requests: [],
  durations: [],
  bodyBytes: [],
  tcpBytes: [],
  connections: [],
  connectionTroubles: [],
  refusals: [],
})

export const readings = (some: Partial<Readings>): Readings => ({ ...noReadings(), ...some })

const split = (text: string | undefined): [string, string] => {
  if (text === undefined) return ['unknown', 'unknown']
  const [namespace = '', name] = text.split('/')
  return name === undefined ? ['unknown', namespace] : [namespace, name]
}

const ends = ({ reporter = 'destination', from, to, service }: Told): Record<string, string> => {
  const [sourceNamespace, source] = split(from)
  const [namespace, workload] = split(to)
  const [serviceNamespace, name] = split(service ?? to)
  return {
    reporter,
    source_workload: source,
    source_workload_namespace: sourceNamespace,
    destination_workload: workload,
    destination_workload_namespace: namespace,
    destination_service_name: name,
    destination_service_namespace: serviceNamespace,
  }
}

const attributes = ({ from, to, version }: Told): Record<string, string> => ({
  source_canonical_service: split(from)[1],
  destination_canonical_service: split(to)[1],
  destination_version: version ?? 'unknown',
})

const security = ({ reporter = 'destination', policy, principal }: Told): Record<string, string> => ({
  connection_security_policy: policy ?? (reporter === 'source' ? 'unknown' : 'mutual_tls'),
  destination_principal: principal ?? 'unknown',
})

export const request = (told: Told, value: number): Sample => ({
  metric: {
    ...ends(told),
    ...attributes(told),
    request_protocol: told.protocol ?? 'http',
    response_code: told.code ?? '200',
    ...(told.grpcStatus === undefined ? {} : { grpc_response_status: told.grpcStatus }),
    response_flags: told.flags ?? '-',
    ...security(told),
  },
  value,
})

/** Milliseconds per second. */
export const duration = (told: Told, value: number): Sample => ({
  metric: { ...ends(told), request_protocol: told.protocol ?? 'http' },
  value,
})

export const body = (told: Told, value: number): Sample => ({
  metric: { ...ends(told), request_protocol: told.protocol ?? 'http' },
  value,
})

export const connection = (told: Told, value: number): Sample => ({
  metric: {
    ...ends(told),
    ...attributes(told),
    app: told.app ?? 'any',
    response_flags: told.flags ?? '-',
    ...security(told),
  },
  value,
})

export const trouble = (told: Told, part: 'failed' | 'closed', value: number): Sample => {
  const { metric } = connection(told, value)
  return { metric: { ...metric, part }, value }
}

export const bytes = (told: Told, value: number): Sample => ({
  metric: { ...ends(told), ...attributes(told), app: told.app ?? 'any', ...security(told) },
  value,
})

/** As many within the window, as the RBAC counter of a pod tells. */
export const refusal = (namespace: string, pod: string, value: number): Sample => ({
  metric: { namespace, pod, app: '' },
  value,
})
