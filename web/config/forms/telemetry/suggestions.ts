import type { Suggest, Suggestion } from '#web/config/forms/form.ts'

/** Providers of meshConfig that can do it, and those every mesh has (Istio docs, "Global Mesh Options", extensionProviders). */
const providersOf =
  (kinds: RegExp, always: readonly Suggestion[]): Suggest =>
  ({ inventory }) => {
    const own = (inventory?.providers ?? [])
      .filter(({ kind }) => kinds.test(kind))
      .map(({ name, kind }) => ({ value: name, detail: kind }))
    return [...own, ...always.filter(({ value }) => own.every(each => each.value !== value))]
  }

const stackdriver = { value: 'stackdriver', detail: 'stackdriver' }
export const tracers = providersOf(/^(zipkin|opencensus|opentelemetry|skywalking|datadog|lightstep|stackdriver)/, [
  stackdriver,
])
export const metricSinks = providersOf(/^(prometheus|stackdriver)/, [
  { value: 'prometheus', detail: 'prometheus' },
  stackdriver,
])
export const loggers = providersOf(/^(envoy(FileAccessLog|HttpAls|TcpAls|OtelAls)|stackdriver)/, [
  { value: 'envoy', detail: 'envoyFileAccessLog /dev/stdout' },
  stackdriver,
])

export const said = (...values: readonly string[]): Suggestion[] => values.map(value => ({ value, detail: '' }))

/** Istio docs, "Istio Standard Metrics", labels. */
export const tags: Suggest = () =>
  said(
    'reporter',
    'source_workload',
    'source_workload_namespace',
    'source_principal',
    'source_app',
    'source_version',
    'source_canonical_service',
    'source_canonical_revision',
    'source_cluster',
    'destination_workload',
    'destination_workload_namespace',
    'destination_principal',
    'destination_app',
    'destination_version',
    'destination_service',
    'destination_service_name',
    'destination_service_namespace',
    'destination_canonical_service',
    'destination_canonical_revision',
    'destination_cluster',
    'request_protocol',
    'response_code',
    'response_flags',
    'grpc_response_status',
    'connection_security_policy',
  )
