import { compileRegex, type Regex } from '#lab/prometheus/regex/regex.ts'
import { duration, type Fields, fields, items, number, text, textMap, texts } from './read.ts'
import type { Backend, Edits, Fault, HeaderEdits, HttpMatch, HttpRule, Mirror } from './rules.ts'
import type { NamedMatch, PathEdit, Redirect, Retries, Rewrite } from './rules.ts'
import { readStringMatch } from './string-match.ts'

/** One `http` rule of a VirtualService. @param full makes short host names whole. */
export function readHttpRule(rule: Fields, full: (host: string) => string): HttpRule {
  const one = (name: string) => (rule[name] === undefined ? null : fields(rule[name]))
  const [redirect, direct, fault, retries, rewrite] = ['redirect', 'directResponse', 'fault', 'retries', 'rewrite'].map(
    one,
  )
  return {
    name: text(rule['name']) ?? '',
    matches: items(rule['match']).map(readMatch),
    backends: readBackends(items(rule['route']), full),
    answer: redirect
      ? { kind: 'redirect', redirect: readRedirect(redirect) }
      : direct
        ? { kind: 'direct', code: number(direct['status']) ?? 200 }
        : null,
    fault: fault ? readFault(fault) : null,
    timeout: duration(rule['timeout']) || null,
    retries: retries ? readRetries(retries) : null,
    rewrite: rewrite ? readRewrite(rewrite) : null,
    mirrors: readMirrors(rule, full),
    headers: readHeaderEdits(rule['headers']),
  }
}

/** Instead of a header, a claim of the token that a gateway validated; claims have their case. */
export const claims = '@request.auth.claims'

/** Names of pseudo headers that a `headers` match may not use: Istio leaves them out. */
const pseudo = new Set(['uri', 'scheme', 'method', 'authority'])

function readMatch(match: Fields): HttpMatch {
  const ignorePathCase = match['ignoreUriCase'] === true
  const optional = (name: string, ignoreCase = false) =>
    match[name] === undefined ? null : readStringMatch(fields(match[name]), ignoreCase)
  const named = (written: unknown, negated: boolean): NamedMatch[] =>
    Object.entries(fields(written)).map(([name, value]) => ({ name, match: readStringMatch(fields(value)), negated }))
  const headers = [...named(match['headers'], false), ...named(match['withoutHeaders'], true)]
  return {
    name: text(match['name']) ?? '',
    path: optional('uri', ignorePathCase),
    ignorePathCase,
    scheme: optional('scheme'),
    method: optional('method'),
    authority: optional('authority'),
    headers: headers
      .map(header => (header.name.startsWith(claims) ? header : { ...header, name: header.name.toLowerCase() }))
      .filter(header => !pseudo.has(header.name)),
    queryParams: named(match['queryParams'], false),
    port: number(match['port']) ?? null,
    sourceNamespace: text(match['sourceNamespace']) || null,
    sourceLabels: textMap(match['sourceLabels']),
  }
}

/** A single destination needs no weight; among several an absent weight is 0. */
export function readBackends(routes: Fields[], full: (host: string) => string): Backend[] {
  return routes.map(route => ({
    ...readDestination(fields(route['destination']), full),
    weight: routes.length === 1 ? 1 : Math.max(0, number(route['weight']) ?? 0),
    headers: readHeaderEdits(route['headers']),
  }))
}

const readDestination = (destination: Fields, full: (host: string) => string): Backend => ({
  host: full(text(destination['host']) ?? ''),
  subset: text(destination['subset']) || null,
  port: number(fields(destination['port'])['number']) ?? null,
  weight: 1,
  headers: readHeaderEdits(undefined),
  missing: 503,
})

/** Percentages are 0–100; nothing said = all. */
const shareOf = (percent: number | undefined): number => Math.max(0, Math.min(100, percent ?? 100)) / 100

function readFault(fault: Fields): Fault {
  const delay = fields(fault['delay'])
  const abort = fields(fault['abort'])
  const share = (part: Fields) => shareOf(number(fields(part['percentage'])['value']) ?? number(part['percent']))
  const wait = duration(delay['fixedDelay'])
  const status = number(abort['httpStatus'])
  const grpc = grpcCodes.indexOf(text(abort['grpcStatus']) ?? '')
  return {
    delay: wait === undefined ? null : { share: share(delay), milliseconds: wait },
    abort:
      status === undefined && grpc < 0
        ? null
        : { share: share(abort), code: status ?? 200, grpcStatus: grpc < 0 ? null : grpc },
  }
}

/** In the order of their numbers. */
const grpcCodes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/** What Istio's proxies retry on when nobody says otherwise. */
export const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled'

export const readRetryOn = (on: string): ReadonlySet<string> => new Set(on.split(',').map(item => item.trim()))

const readRetries = (retries: Fields): Retries => ({
  attempts: number(retries['attempts']) ?? 0,
  perTryTimeout: duration(retries['perTryTimeout']) || null,
  on: readRetryOn(text(retries['retryOn']) || defaultRetryOn),
})

function readRewrite(rewrite: Fields): Rewrite {
  const regex = fields(rewrite['uriRegexRewrite'])
  const pattern = anywhere(text(regex['match']))
  const uri = text(rewrite['uri'])
  const path: PathEdit | null =
    pattern !== null
      ? { kind: 'regex', pattern, source: text(regex['match']) ?? '', substitution: text(regex['rewrite']) ?? '' }
      : uri
        ? { kind: 'matched', value: uri }
        : null
  return { path, authority: text(rewrite['authority']) || null }
}

/** The expression wherever it stands first: what comes before is the first group, what comes after the last. */
function anywhere(pattern: string | undefined): Regex | null {
  if (!pattern) return null
  try {
    return compileRegex(`(?s:(.*?))(?:${pattern})(?s:(.*))`)
  } catch {
    return null
  }
}

function readRedirect(redirect: Fields): Redirect {
  const derive = text(redirect['derivePort'])
  const uri = text(redirect['uri'])
  return {
    path: uri ? { kind: 'whole', value: uri } : null,
    authority: text(redirect['authority']) || null,
    scheme: text(redirect['scheme']) || null,
    port:
      derive === 'FROM_PROTOCOL_DEFAULT'
        ? 'fromScheme'
        : derive === 'FROM_REQUEST_PORT'
          ? 'fromRequest'
          : (number(redirect['port']) ?? null),
    code: number(redirect['redirectCode']) || 301,
  }
}

/** `mirror` with its percentage, and the newer `mirrors`. */
function readMirrors(rule: Fields, full: (host: string) => string): Mirror[] {
  const single = rule['mirror'] === undefined ? [] : [{ destination: rule['mirror'], percentage: single100(rule) }]
  return [...single, ...items(rule['mirrors'])]
    .map(mirror => ({
      backend: readDestination(fields(mirror['destination']), full),
      share: shareOf(number(fields(mirror['percentage'])['value'])),
    }))
    .filter(mirror => mirror.share > 0)
}

const single100 = (rule: Fields): Fields => {
  const percent = number(rule['mirrorPercent'])
  return rule['mirrorPercentage'] === undefined && percent !== undefined
    ? { value: percent }
    : fields(rule['mirrorPercentage'])
}

/** Header names know no case. */
export function readHeaderEdits(written: unknown): HeaderEdits {
  const edits = (side: unknown): Edits => ({
    set: folded(textMap(fields(side)['set'])),
    add: folded(textMap(fields(side)['add'])),
    remove: texts(fields(side)['remove']).map(name => name.toLowerCase()),
  })
  return { request: edits(fields(written)['request']), response: edits(fields(written)['response']) }
}

const folded = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
