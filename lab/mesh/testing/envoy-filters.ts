import type { KubeObject } from '#lab/contract.ts'
import { made } from './objects.ts'

/** EnvoyFilters of Istio's task "Enabling Rate Limits using Envoy". */

type Fields = Record<string, unknown>

const all = { default_value: { numerator: 100, denominator: 'HUNDRED' } }

/** So many tokens at most, filled up again every interval. */
export const limitOf = (tokens: number, interval = '1s', more: Fields = {}): Fields => ({
  stat_prefix: 'http_local_rate_limiter',
  token_bucket: { max_tokens: tokens, tokens_per_fill: tokens, fill_interval: interval },
  filter_enabled: all,
  filter_enforced: all,
  ...more,
})

export const typedStruct = (value: Fields): Fields => ({
  '@type': 'type.googleapis.com/udpa.type.v1.TypedStruct',
  type_url: 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
  value,
})

export const filterPatch = (typed: Fields, context = 'SIDECAR_INBOUND', operation = 'INSERT_BEFORE'): Fields => ({
  applyTo: 'HTTP_FILTER',
  match: {
    context,
    listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
  },
  patch: { operation, value: { name: 'envoy.filters.http.local_ratelimit', typed_config: typed } },
})

export const routePatch = (
  typed: Fields,
  routeConfiguration: Fields,
  context = 'SIDECAR_INBOUND',
  more: Fields = {},
): Fields => ({
  applyTo: 'HTTP_ROUTE',
  match: { context, routeConfiguration },
  patch: {
    operation: 'MERGE',
    value: { ...more, typed_per_filter_config: { 'envoy.filters.http.local_ratelimit': typed } },
  },
})

export const envoyFilter = (namespace: string, name: string, configPatches: Fields[], where: Fields = {}): KubeObject =>
  made('networking.istio.io/v1alpha3', 'EnvoyFilter', namespace, name, { ...where, configPatches })

export const selecting = (app: string): Fields => ({ workloadSelector: { labels: { app } } })
