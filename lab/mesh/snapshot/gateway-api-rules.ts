import { defaultRetryOn, readRetryOn } from './http-rules.ts'
import { duration, type Fields, fields, items, number, text, texts } from './read.ts'
import type { ReferenceGrants } from './reference-grants.ts'
import type { Backend, Edits, HeaderEdits, HttpMatch, HttpRule, Mirror, NamedMatch } from './rules.ts'
import { anyRequest, noEdits, type PathEdit, plainRule, type Redirect, type Retries, type Rewrite } from './rules.ts'
import { clusterDomain } from './services.ts'
import { type StringMatch, wholeRegex } from './string-match.ts'

/** Gateway API, the rules of HTTPRoute and GRPCRoute. */

/** In whose name rules are read. */
export interface Origin {
  kind: 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute'
  namespace: string
  name: string
  grants: ReferenceGrants
}

export function readRule(rule: Fields, index: number, origin: Origin): HttpRule {
  const filters = items(rule['filters'])
  const one = (type: string, field: string) => {
    const found = filters.find(filter => filter['type'] === type)
    return found ? fields(found[field]) : null
  }
  const redirect = one('RequestRedirect', 'requestRedirect')
  const rewrite = one('URLRewrite', 'urlRewrite')
  const timeouts = fields(rule['timeouts'])
  const matches = items(rule['matches'])
  return {
    ...plainRule,
    name: `${origin.namespace}.${origin.name}.${index}`,
    // Nothing said is the prefix `/`.
    matches: matches.length === 0 ? [everything] : matches.map(origin.kind === 'GRPCRoute' ? grpcMatch : httpMatch),
    backends: readBackendRefs(rule, origin),
    timeout: duration(timeouts['request']) || null,
    retries: readRetries(rule['retry'], duration(timeouts['backendRequest']) || null),
    // A filter that is not known must not be skipped: its requests are answered with an error.
    answer: filters.some(filter => !known.has(text(filter['type']) ?? ''))
      ? { kind: 'direct', code: 500 }
      : redirect
        ? { kind: 'redirect', redirect: readRedirect(redirect) }
        : null,
    rewrite: rewrite ? readRewrite(rewrite) : null,
    mirrors: filters.flatMap(filter => (filter['type'] === 'RequestMirror' ? readMirror(filter, origin) : [])),
    headers: readModifiers(filters),
  }
}

const known = new Set([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'URLRewrite',
  'RequestMirror',
  'CORS',
])

const slash: StringMatch = { kind: 'pathPrefix', value: '/' }
const everything: HttpMatch = { ...anyRequest, path: slash }

function httpMatch(match: Fields): HttpMatch {
  const path = match['path'] === undefined ? null : fields(match['path'])
  const method = text(match['method'])
  return {
    ...anyRequest,
    path: path ? readPath(text(path['type']) ?? 'PathPrefix', text(path['value']) ?? '/') : slash,
    method: method === undefined ? null : { kind: 'exact', value: method },
    headers: readNamed(match['headers']).map(header => ({ ...header, name: header.name.toLowerCase() })),
    queryParams: readNamed(match['queryParams']),
  }
}

const readPath = (type: string, value: string): StringMatch =>
  type === 'Exact'
    ? { kind: 'exact', value }
    : type === 'RegularExpression'
      ? wholeRegex(value)
      : { kind: 'pathPrefix', value: value.length > 1 ? value.replace(/\/$/, '') : value }

/** A gRPC method is the path `/service/method`. */
function grpcMatch(match: Fields): HttpMatch {
  const method = fields(match['method'])
  const [service, name] = [text(method['service']), text(method['method'])]
  const isRegex = method['type'] === 'RegularExpression'
  const headers = readNamed(match['headers']).map(header => ({ ...header, name: header.name.toLowerCase() }))
  if (service === undefined && name === undefined) return { ...everything, headers }
  if (!isRegex && service !== undefined && name !== undefined)
    return { ...anyRequest, path: { kind: 'exact', value: `/${service}/${name}` }, headers }
  if (!isRegex && service !== undefined)
    return { ...anyRequest, path: { kind: 'pathPrefix', value: `/${service}` }, headers }
  const escape = (value: string) => (isRegex ? value : value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const path = wholeRegex(`/${service ? escape(service) : '[^/]+'}/${name ? escape(name) : '[^/]+'}`)
  return { ...anyRequest, path, headers }
}

const readNamed = (written: unknown): NamedMatch[] =>
  items(written).map(one => ({
    name: text(one['name']) ?? '',
    match:
      one['type'] === 'RegularExpression'
        ? wholeRegex(text(one['value']) ?? '')
        : { kind: 'exact', value: text(one['value']) ?? '' },
    negated: false,
  }))

export const readBackendRefs = (rule: Fields, origin: Origin): Backend[] =>
  items(rule['backendRefs']).map(reference => readBackendRef(reference, origin))

/** Into another namespace it needs a grant there; what it may not refer to, and any other kind, is no host at all. */
function readBackendRef(reference: Fields, origin: Origin): Backend {
  const namespace = text(reference['namespace']) ?? origin.namespace
  const name = text(reference['name']) ?? ''
  const kind = text(reference['kind']) ?? 'Service'
  const group = text(reference['group']) ?? ''
  const isService = group === '' && kind === 'Service' && origin.grants.allow(origin, { kind, namespace, name })
  // Istio's own: a host as a VirtualService would name it.
  const isHost = group === 'networking.istio.io' && kind === 'Hostname'
  return {
    host: isService ? `${name}.${namespace}.${clusterDomain}` : isHost ? name.toLowerCase() : '',
    subset: null,
    port: number(reference['port']) ?? null,
    weight: Math.max(0, number(reference['weight']) ?? 1),
    headers: readModifiers(items(reference['filters'])),
    missing: 500,
  }
}

function readRetries(written: unknown, perTryTimeout: number | null): Retries | null {
  if (written === undefined && perTryTimeout === null) return null
  const retry = fields(written)
  const codes = Array.isArray(retry['codes']) ? retry['codes'].map(String) : []
  return {
    attempts: number(retry['attempts']) ?? 2,
    perTryTimeout,
    on: readRetryOn(codes.length > 0 ? codes.join(',') : defaultRetryOn),
  }
}

function readPathEdit(path: unknown): PathEdit | null {
  const edit = fields(path)
  if (edit['type'] === 'ReplaceFullPath') return { kind: 'whole', value: text(edit['replaceFullPath']) ?? '/' }
  if (edit['type'] !== 'ReplacePrefixMatch') return null
  return { kind: 'elements', value: text(edit['replacePrefixMatch']) ?? '/' }
}

const readRedirect = (redirect: Fields): Redirect => ({
  path: readPathEdit(redirect['path']),
  authority: text(redirect['hostname']) || null,
  scheme: text(redirect['scheme']) || null,
  port: number(redirect['port']) ?? (text(redirect['scheme']) ? 'fromScheme' : 'fromRequest'),
  code: number(redirect['statusCode']) || 302,
})

const readRewrite = (rewrite: Fields): Rewrite => ({
  path: readPathEdit(rewrite['path']),
  authority: text(rewrite['hostname']) || null,
})

function readMirror(filter: Fields, origin: Origin): Mirror[] {
  const mirror = fields(filter['requestMirror'])
  const fraction = fields(mirror['fraction'])
  const part = number(fraction['numerator'])
  const share =
    part === undefined ? (number(mirror['percent']) ?? 100) / 100 : part / (number(fraction['denominator']) || 100)
  const backend = readBackendRef(fields(mirror['backendRef']), origin)
  return share > 0 ? [{ backend, share: Math.min(1, share) }] : []
}

function readModifiers(filters: readonly Fields[]): HeaderEdits {
  const edits = (type: string, field: string): Edits => {
    const found = filters.find(filter => filter['type'] === type)
    if (found === undefined) return noEdits.request
    const modifier = fields(found[field])
    const pairs = (list: unknown) =>
      Object.fromEntries(items(list).map(one => [(text(one['name']) ?? '').toLowerCase(), text(one['value']) ?? '']))
    return {
      set: pairs(modifier['set']),
      add: pairs(modifier['add']),
      remove: texts(modifier['remove']).map(name => name.toLowerCase()),
    }
  }
  return {
    request: edits('RequestHeaderModifier', 'requestHeaderModifier'),
    response: edits('ResponseHeaderModifier', 'responseHeaderModifier'),
  }
}

/** HTTPRoute, "matches": exact path, the longest prefix, regex, method, the most headers, the most parameters; ties keep their order. */
export function mostSpecificFirst(rules: readonly HttpRule[]): HttpRule[] {
  const apart = rules.flatMap(rule => rule.matches.map(match => ({ rule, match, rank: rankOf(match) })))
  return apart
    .toSorted((a, b) => {
      for (const [index, value] of a.rank.entries()) if (value !== b.rank[index]) return (b.rank[index] ?? 0) - value
      return 0
    })
    .map(({ rule, match }) => ({ ...rule, matches: [match] }))
}

function rankOf({ path, method, headers, queryParams }: HttpMatch): number[] {
  const kind = path?.kind === 'exact' ? 3 : path?.kind === 'pathPrefix' ? 2 : 1
  const length = path?.kind === 'pathPrefix' || path?.kind === 'exact' ? path.value.length : 0
  return [kind, length, method ? 1 : 0, headers.length, queryParams.length]
}
