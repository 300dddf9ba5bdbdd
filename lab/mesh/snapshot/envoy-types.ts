import { either, unwrapped } from './rate-limit.ts'
import { duration, type Fields, fields, items, number, text } from './read.ts'

/** What a proxy finds wrong with a patch, in Envoy's manner; null for nothing. */
export function problemOf(applyTo: string, patch: Fields): string | null {
  if (patch['operation'] === 'REMOVE') return null
  const { value } = patch
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the patch has no value'
  const found = typedIn(fields(value))
  const isExtension = applyTo === 'HTTP_FILTER' || applyTo === 'NETWORK_FILTER' || applyTo === 'LISTENER_FILTER'
  if (isExtension && found.length === 0 && patch['operation'] !== 'MERGE' && !('config_discovery' in value))
    return `the filter ${text(fields(value)['name']) ?? 'without a name'} has no typed_config`
  for (const typed of found) {
    const problem = typedProblem(typed)
    if (problem !== null) return problem
  }
  return null
}

/** Every Any in it: the filter's own, and those per route. */
function typedIn(value: Fields): unknown[] {
  const found: unknown[] = []
  for (const [key, item] of Object.entries(value)) {
    if (key === 'typed_config' || key === 'typedConfig') found.push(item)
    else if (key === 'typed_per_filter_config' || key === 'typedPerFilterConfig')
      found.push(...Object.values(fields(item)))
    else if (Array.isArray(item)) found.push(...items(item).flatMap(typedIn))
    else if (typeof item === 'object' && item !== null) found.push(...typedIn(fields(item)))
  }
  return found
}

function typedProblem(typed: unknown): string | null {
  if (typeof typed !== 'object' || typed === null || Array.isArray(typed)) return 'typed_config is no message'
  const any = fields(typed)
  const url = text(any['@type'])
  if (url === undefined) return 'typed_config has no @type'
  const isWrapped = url.endsWith('.TypedStruct')
  const named = isWrapped ? text(either(any, 'type_url')) : url
  if (named === undefined) return 'the TypedStruct has no type_url'
  const name = named.slice(named.lastIndexOf('/') + 1)
  if (!named.includes('/') || !isKnown(name)) return `Didn't find a registered implementation for type: '${name}'`
  if (isWrapped && any['value'] !== undefined && (typeof any['value'] !== 'object' || any['value'] === null))
    return `Unable to parse the value of ${name} as a struct`
  return name === localRateLimit ? rateLimitProblem(unwrapped(any), name) : null
}

const localRateLimit = 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit'

const rateLimitFields = new Set(
  `@type stat_prefix status token_bucket filter_enabled filter_enforced request_headers_to_add_when_not_enforced
response_headers_to_add descriptors stage local_rate_limit_per_downstream_connection local_cluster_rate_limit
enable_x_ratelimit_headers vh_rate_limits always_consume_default_token_bucket rate_limited_as_resource_exhausted
rate_limits max_dynamic_descriptors`.split(/\s+/),
)

function rateLimitProblem(limit: Fields, name: string): string | null {
  const snake = (field: string) => field.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  const strange = Object.keys(limit).find(field => !rateLimitFields.has(snake(field)))
  if (strange !== undefined) return `Protobuf message (type ${name}) has unknown fields: ${strange}`
  if (!text(either(limit, 'stat_prefix')))
    return 'Proto constraint validation failed (LocalRateLimitValidationError.StatPrefix: value length must be at least 1 characters)'
  const buckets = [limit, ...items(limit['descriptors'])].map(holder => either(holder, 'token_bucket'))
  for (const bucket of buckets) {
    const problem = bucket === undefined ? null : bucketProblem(bucket)
    if (problem !== null) return problem
  }
  return null
}

function bucketProblem(bucket: unknown): string | null {
  if (typeof bucket !== 'object' || bucket === null) return 'Unable to parse token_bucket'
  const most = number(either(fields(bucket), 'max_tokens'))
  if (most === undefined || most <= 0)
    return 'Proto constraint validation failed (TokenBucketValidationError.MaxTokens: value must be greater than 0)'
  const interval = duration(either(fields(bucket), 'fill_interval'))
  if (interval === undefined)
    return 'Proto constraint validation failed (TokenBucketValidationError.FillInterval: value is required)'
  return interval < 50 ? 'local rate limit token bucket fill timer must be >= 50ms' : null
}

/** Message types that Istio's build of Envoy registers, by where they live. */
const places: Record<string, string> = {
  'envoy.extensions.filters.http': `adaptive_concurrency.v3.AdaptiveConcurrency admission_control.v3.AdmissionControl
alternate_protocols_cache.v3.FilterConfig aws_lambda.v3.Config aws_request_signing.v3.AwsRequestSigning
bandwidth_limit.v3.BandwidthLimit basic_auth.v3.BasicAuth buffer.v3.Buffer buffer.v3.BufferPerRoute cache.v3.CacheConfig
cdn_loop.v3.CdnLoopConfig composite.v3.Composite compressor.v3.Compressor compressor.v3.CompressorPerRoute
connect_grpc_bridge.v3.FilterConfig cors.v3.Cors cors.v3.CorsPolicy csrf.v3.CsrfPolicy
credential_injector.v3.CredentialInjector decompressor.v3.Decompressor
dynamic_forward_proxy.v3.FilterConfig ext_authz.v3.ExtAuthz ext_authz.v3.ExtAuthzPerRoute
ext_proc.v3.ExternalProcessor ext_proc.v3.ExtProcPerRoute fault.v3.HTTPFault file_system_buffer.v3.FileSystemBufferFilterConfig
gcp_authn.v3.GcpAuthnFilterConfig geoip.v3.Geoip golang.v3alpha.Config grpc_field_extraction.v3.GrpcFieldExtractionConfig
grpc_http1_bridge.v3.Config grpc_http1_reverse_bridge.v3.FilterConfig grpc_json_transcoder.v3.GrpcJsonTranscoder
grpc_stats.v3.FilterConfig grpc_web.v3.GrpcWeb header_mutation.v3.HeaderMutation header_mutation.v3.HeaderMutationPerRoute
header_to_metadata.v3.Config health_check.v3.HealthCheck ip_tagging.v3.IPTagging json_to_metadata.v3.JsonToMetadata
jwt_authn.v3.JwtAuthentication jwt_authn.v3.PerRouteConfig kill_request.v3.KillRequest
local_ratelimit.v3.LocalRateLimit lua.v3.Lua lua.v3.LuaPerRoute oauth2.v3.OAuth2 on_demand.v3.OnDemand
original_src.v3.OriginalSrc rate_limit_quota.v3.RateLimitQuotaFilterConfig ratelimit.v3.RateLimit
ratelimit.v3.RateLimitPerRoute rbac.v3.RBAC rbac.v3.RBACPerRoute router.v3.Router set_filter_state.v3.Config
set_metadata.v3.Config stateful_session.v3.StatefulSession stateful_session.v3.StatefulSessionPerRoute
tap.v3.Tap wasm.v3.Wasm`,
  'envoy.extensions.filters.network': `connection_limit.v3.ConnectionLimit direct_response.v3.Config
dubbo_proxy.v3.DubboProxy echo.v3.Echo ext_authz.v3.ExtAuthz
http_connection_manager.v3.HttpConnectionManager local_ratelimit.v3.LocalRateLimit mongo_proxy.v3.MongoProxy
ratelimit.v3.RateLimit rbac.v3.RBAC redis_proxy.v3.RedisProxy set_filter_state.v3.Config
sni_cluster.v3.SniCluster sni_dynamic_forward_proxy.v3.FilterConfig tcp_proxy.v3.TcpProxy thrift_proxy.v3.ThriftProxy
wasm.v3.Wasm zookeeper_proxy.v3.ZooKeeperProxy`,
  'envoy.extensions.filters.listener': `http_inspector.v3.HttpInspector local_ratelimit.v3.LocalRateLimit
original_dst.v3.OriginalDst original_src.v3.OriginalSrc proxy_protocol.v3.ProxyProtocol tls_inspector.v3.TlsInspector`,
  'envoy.extensions.transport_sockets': `alts.v3.Alts proxy_protocol.v3.ProxyProtocolUpstreamTransport
raw_buffer.v3.RawBuffer starttls.v3.StartTlsConfig tap.v3.Tap tls.v3.DownstreamTlsContext tls.v3.UpstreamTlsContext`,
  'envoy.extensions.access_loggers': `file.v3.FileAccessLog grpc.v3.HttpGrpcAccessLogConfig
grpc.v3.TcpGrpcAccessLogConfig open_telemetry.v3.OpenTelemetryAccessLogConfig stream.v3.StdoutAccessLog
stream.v3.StderrAccessLog wasm.v3.WasmAccessLog`,
  'envoy.extensions.compression': `brotli.compressor.v3.Brotli brotli.decompressor.v3.Brotli gzip.compressor.v3.Gzip
gzip.decompressor.v3.Gzip zstd.compressor.v3.Zstd zstd.decompressor.v3.Zstd`,
  'envoy.extensions.upstreams.http': 'v3.HttpProtocolOptions generic.v3.GenericConnectionPoolProto',
  'envoy.config': `accesslog.v3.AccessLog trace.v3.OpenTelemetryConfig trace.v3.ZipkinConfig trace.v3.DatadogConfig
trace.v3.SkyWalkingConfig cluster.v3.Cluster listener.v3.Listener route.v3.RouteConfiguration route.v3.VirtualHost
route.v3.Route route.v3.FilterConfig`,
  'istio.envoy.config.filter': 'http.alpn.v2alpha1.FilterConfig network.metadata_exchange.config.MetadataExchange',
  'io.istio.http': 'peer_metadata.Config',
  stats: 'PluginConfig',
}

const known = new Set(
  Object.entries(places).flatMap(([place, types]) => types.split(/\s+/).map(type => `${place}.${type}`)),
)

/** Parts that only live inside of others — matchers, formatters, retry and balancing policies — are not checked. */
const inner =
  /^(google\.protobuf|xds|udpa|envoy\.(type|data|service)|envoy\.extensions\.(matching|formatter|retry|load_balancing_policies|rate_limit_descriptors|wasm|http|common|clusters|path|string_matcher|request_id|resource_monitors|health_checkers|tracers|internal_redirect|early_data|bootstrap|network|io_socket|quic|stat_sinks|rbac|filters\.common|filters\.udp|config|key_value|geoip_providers|watchdog|regex_engines|outlier_detection_monitors|upstreams\.tcp))\./

const isKnown = (name: string): boolean => known.has(name) || inner.test(name)
