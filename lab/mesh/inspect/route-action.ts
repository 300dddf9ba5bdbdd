import type { Backend, Edits, Fault, HttpMatch, HttpRule, PathEdit, Retries } from '#lab/mesh/snapshot/rules.ts'
import { defaultRetryOn } from '#lab/mesh/snapshot/http-rules.ts'
import type { HashBy } from '#lab/mesh/snapshot/load-balancer.ts'
import { any, duration, fraction, given, type Message } from './proto.ts'

/** What a route does, as Envoy has it (Envoy docs, RouteAction). */

/** Whom a rule names, in a proxy's own words. */
export interface Naming {
  cluster: (backend: Backend) => string
  hash: (backend: Backend) => HashBy | null
}

export function routeAction(rule: HttpRule, match: HttpMatch, naming: Naming): Message {
  const own = given({
    request_headers_to_add: added(rule.headers.request),
    request_headers_to_remove: rule.headers.request.remove,
    response_headers_to_add: added(rule.headers.response),
    response_headers_to_remove: rule.headers.response.remove,
    typed_per_filter_config: rule.fault ? { 'envoy.filters.http.fault': faultOf(rule.fault) } : {},
  })
  switch (rule.answer?.kind) {
    case 'direct':
      return { ...own, direct_response: { status: rule.answer.code } }
    case 'redirect':
      return { ...own, redirect: redirectOf(rule.answer.redirect, match) }
    case undefined:
      return { ...own, ...forwarding(rule, match, naming) }
  }
}

function forwarding(rule: HttpRule, match: HttpMatch, { cluster, hash }: Naming): Message {
  const backends = rule.backends.filter(({ weight }) => weight > 0)
  const [only, ...more] = backends
  // None that may get anything: HTTPRoute, `backendRefs`.
  if (only === undefined) return { direct_response: { status: 500 } }
  const to =
    more.length === 0 && isPlain(only)
      ? { cluster: cluster(only) }
      : { weighted_clusters: { clusters: backends.map(backend => weighted(backend, cluster(backend))) } }
  const timeout = duration(rule.timeout ?? 0)
  return {
    route: {
      ...to,
      timeout,
      retry_policy: retryPolicy(rule.retries),
      ...given({
        hash_policy: hashPolicies(hash(only)),
        request_mirror_policies: rule.mirrors.map(({ backend, share }) => ({
          cluster: cluster(backend),
          runtime_fraction: { default_value: fraction(share) },
          disable_shadow_host_suffix_append: false,
        })),
        ...pathRewrite(rule.rewrite?.path ?? null, match),
      }),
      ...(rule.rewrite?.authority ? { host_rewrite_literal: rule.rewrite.authority } : {}),
      max_grpc_timeout: timeout,
    },
  }
}

const isPlain = ({ headers: { request, response } }: Backend): boolean =>
  [request, response].every(edits => added(edits).length === 0 && edits.remove.length === 0)

const weighted = ({ weight, headers }: Backend, name: string): Message => ({
  name,
  weight,
  ...given({
    request_headers_to_add: added(headers.request),
    request_headers_to_remove: headers.request.remove,
    response_headers_to_add: added(headers.response),
    response_headers_to_remove: headers.response.remove,
  }),
})

const added = ({ set, add }: Edits): Message[] => [
  ...Object.entries(set).map(([key, value]) => ({
    header: { key, value },
    append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
  })),
  ...Object.entries(add).map(([key, value]) => ({ header: { key, value } })),
]

/** Istio tries twice more where nobody says otherwise, on another pod if there is one. */
export function retryPolicy(retries: Retries | null): Message | undefined {
  const attempts = retries?.attempts ?? 2
  if (attempts <= 0) return undefined
  return {
    retry_on: retries ? [...retries.on].join(',') : defaultRetryOn,
    num_retries: attempts,
    ...(retries?.perTryTimeout ? { per_try_timeout: duration(retries.perTryTimeout) } : {}),
    retry_host_predicate: [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: any('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
      },
    ],
    host_selection_retry_max_attempts: '5',
  }
}

function hashPolicies(hash: HashBy | null): Message[] {
  switch (hash?.kind) {
    case 'header':
      return [{ header: { header_name: hash.name } }]
    case 'query':
      return [{ query_parameter: { name: hash.name } }]
    case 'cookie':
      return [{ cookie: { name: hash.name } }]
    case 'source':
      return [{ connection_properties: { source_ip: true } }]
    case undefined:
      return []
  }
}

const faultOf = ({ delay, abort }: Fault): Message =>
  any('envoy.extensions.filters.http.fault.v3.HTTPFault', {
    ...(delay ? { delay: { fixed_delay: duration(delay.milliseconds), percentage: fraction(delay.share) } } : {}),
    ...(abort
      ? {
          abort: {
            ...(abort.grpcStatus === null ? { http_status: abort.code } : { grpc_status: abort.grpcStatus }),
            percentage: fraction(abort.share),
          },
        }
      : {}),
  })

function pathRewrite(edit: PathEdit | null, match: HttpMatch): Message {
  switch (edit?.kind) {
    case undefined:
      return {}
    case 'matched':
    case 'elements':
      return match.path?.kind === 'exact' || match.path?.kind === 'regex'
        ? wholePath(edit.value)
        : { prefix_rewrite: edit.value }
    case 'whole':
      return wholePath(edit.value)
    case 'regex':
      return { regex_rewrite: { pattern: { regex: edit.source }, substitution: edit.substitution } }
  }
}

const wholePath = (substitution: string): Message => ({ regex_rewrite: { pattern: { regex: '[^?]*' }, substitution } })

function redirectOf(
  redirect: Extract<HttpRule['answer'], { kind: 'redirect' }>['redirect'],
  match: HttpMatch,
): Message {
  const { path, authority, scheme, port, code } = redirect
  const codes: Record<number, string> = {
    301: 'MOVED_PERMANENTLY',
    302: 'FOUND',
    303: 'SEE_OTHER',
    307: 'TEMPORARY_REDIRECT',
    308: 'PERMANENT_REDIRECT',
  }
  return {
    response_code: codes[code] ?? 'MOVED_PERMANENTLY',
    ...(authority ? { host_redirect: authority } : {}),
    ...(scheme ? { scheme_redirect: scheme } : {}),
    ...(typeof port === 'number' ? { port_redirect: port } : {}),
    ...(path?.kind === 'whole' ? { path_redirect: path.value } : pathRewrite(path, match)),
  }
}
