import type { EnforcementPoint } from '#lab/mesh/decide/attach.ts'
import { rulesAt } from '#lab/mesh/decide/authenticate.ts'
import { filterName, type LimitPatch } from '#lab/mesh/snapshot/envoy-filters.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { JwtRule } from '#lab/mesh/snapshot/request-authentications.ts'
import { unwrapped } from '#lab/mesh/snapshot/rate-limit.ts'
import { any, given, type Message } from './proto.ts'
import { rbacFilters } from './rbac.ts'

/** What a request goes through in a proxy: who it comes from, who may pass, how many, and on. */

export type Side = 'inbound' | 'outbound' | 'gateway'

/** The connection manager of one listener, with its filters; `routes` is a table of its own or the name of one. */
export function connectionManager(
  told: Snapshot,
  workload: Workload,
  how: { statPrefix: string; side: Side; port: number; routes: Message; point: EnforcementPoint | null },
): Message {
  const { statPrefix, side, port, routes, point } = how
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      stat_prefix: statPrefix,
      ...routes,
      http_filters: httpFilters(told, workload, { side, port, point }),
      ...(told.config.enableTracing && workload.telemetry[side === 'inbound' ? 'server' : 'client'].reportsSpans
        ? { tracing: { random_sampling: { value: told.config.sampling } } }
        : {}),
      ...given({ access_log: accessLog(told) }),
      use_remote_address: side === 'gateway',
      ...(side === 'gateway' ? { xff_num_trusted_hops: told.config.numTrustedProxies } : {}),
      forward_client_cert_details: side === 'inbound' ? 'APPEND_FORWARD' : 'SANITIZE_SET',
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      normalize_path: told.config.pathNormalization !== 'NONE',
      ...(told.config.pathNormalization.includes('MERGE') ? { merge_slashes: true } : {}),
      request_id_extension: {
        typed_config: any('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', {
          use_request_id_for_trace_sampling: true,
        }),
      },
    }),
  }
}

export const accessLog = ({ config }: Snapshot): Message[] =>
  config.accessLogFile === ''
    ? []
    : [
        {
          name: 'envoy.access_loggers.file',
          typed_config: any('envoy.extensions.access_loggers.file.v3.FileAccessLog', { path: config.accessLogFile }),
        },
      ]

function httpFilters(
  told: Snapshot,
  workload: Workload,
  { side, port, point }: { side: Side; port: number; point: EnforcementPoint | null },
): Message[] {
  return [
    ...(point ? jwtFilter(rulesAt(told, point)) : []),
    ...(point ? rbacFilters(told, point, true) : []),
    ...told.envoyFilters.of(workload).flatMap(patch => limitFilter(patch, side, port)),
    plainFilter('envoy.filters.http.grpc_stats', 'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', {
      emit_filter_state: true,
      stats_for_all_methods: false,
    }),
    plainFilter('envoy.filters.http.fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault'),
    plainFilter('envoy.filters.http.cors', 'envoy.extensions.filters.http.cors.v3.Cors'),
    plainFilter('istio.stats', 'stats.PluginConfig'),
    plainFilter('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router'),
  ]
}

const plainFilter = (name: string, type: string, value: Message = {}): Message => ({
  name,
  typed_config: any(type, value),
})

const contexts = { inbound: 'SIDECAR_INBOUND', outbound: 'SIDECAR_OUTBOUND', gateway: 'GATEWAY' } as const

function limitFilter({ context, at, typed }: LimitPatch, side: Side, port: number): Message[] {
  if (at.kind !== 'filter' || (context !== 'ANY' && context !== contexts[side])) return []
  if (at.port !== null && at.port !== port) return []
  const { '@type': _, ...own } = unwrapped(typed)
  return [plainFilter(filterName, 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit', own)]
}

/** Istio names the providers by their place; a request without a token passes. */
function jwtFilter(rules: readonly JwtRule[]): Message[] {
  if (rules.length === 0) return []
  const names = rules.map((_, index) => `origins-${index}`)
  const all: Message[] = names.map(provider_name => ({ provider_name }))
  return [
    plainFilter('envoy.filters.http.jwt_authn', 'envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
      providers: Object.fromEntries(rules.map((rule, index) => [names[index], provider(rule)])),
      rules: [
        {
          match: { prefix: '/' },
          requires: { requires_any: { requirements: [...all, { allow_missing: {} }] } },
        },
      ],
      bypass_cors_preflight: true,
    }),
  ]
}

const provider = (rule: JwtRule): Message => ({
  issuer: rule.issuer,
  ...given({
    audiences: rule.audiences,
    from_headers: rule.fromHeaders.map(({ name, prefix }) => ({ name, value_prefix: prefix })),
    from_params: rule.fromParams,
    from_cookies: rule.fromCookies,
    claim_to_headers: rule.outputClaimToHeaders.map(({ header, claim }) => ({
      header_name: header,
      claim_name: claim,
    })),
  }),
  ...(rule.forwardOriginalToken ? { forward: true } : {}),
  ...(rule.outputPayloadToHeader ? { forward_payload_header: rule.outputPayloadToHeader } : {}),
  payload_in_metadata: 'payload',
})
