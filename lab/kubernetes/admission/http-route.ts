import { patternOf } from '#lab/kubernetes/schema/pattern.ts'
import { at, type Fields, fieldsOf, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, warning, warningIf } from './findings.ts'
import { gatewayNameErrors, isLabel, portErrors, wildcardErrors } from './names.ts'

/** One HTTP route (https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute). */
export function httpRouteFindings(route: Fields, isDelegate: boolean): Finding[] {
  return [
    ...purposeFindings(route, isDelegate),
    ...itemsAt(route, 'match').flatMap(match => matchFindings(match, isDelegate || has(route, 'delegate'))),
    ...headerFindings(route),
    ...faultFindings(route['fault']),
    ...mirrorFindings(route),
    ...redirectFindings(route['redirect']),
    ...responseFindings(route['directResponse']),
    ...retryFindings(route['retries']),
    ...rewriteFindings(route['rewrite']),
    ...destinationFindings(itemsAt(route, 'route')),
  ]
}

/** A route forwards, redirects, answers or hands on: one of these. */
function purposeFindings(route: Fields, isDelegate: boolean): Finding[] {
  const name = textOf(route['name'])
  const isForwarding = itemsAt(route, 'route').length > 0
  const [isRedirecting, isAnswering] = [has(route, 'redirect'), has(route, 'directResponse')]
  if (!isDelegate && has(route, 'delegate'))
    return [
      ...errorIf(isRedirecting, `root HTTP route ${name} must not specify redirect`),
      ...errorIf(has(route, 'route'), `root HTTP route ${name} must not specify route`),
    ]
  const findings = errorIf(isDelegate && has(route, 'delegate'), 'delegate HTTP route cannot contain delegate')
  if (isRedirecting)
    return [
      ...findings,
      ...errorIf(isForwarding, 'HTTP route cannot contain both route and redirect'),
      ...errorIf(has(route, 'fault'), 'HTTP route cannot contain both fault and redirect'),
      ...errorIf(has(route, 'rewrite'), 'HTTP route rule cannot contain both rewrite and redirect'),
      ...errorIf(isAnswering, 'HTTP route cannot contain both redirect and direct_response'),
    ]
  if (isAnswering)
    return [...findings, ...errorIf(isForwarding, 'HTTP route cannot contain both route and direct_response')]
  return [...findings, ...errorIf(!isForwarding, 'HTTP route, redirect or direct_response is required')]
}

function matchFindings(match: Fields, isHandedOn: boolean): Finding[] {
  const single = ['uri', 'scheme', 'method', 'authority'].flatMap(field =>
    textMatchFindings(match[field], field, isHandedOn, `${field === 'uri' ? 'url' : field} match`),
  )
  const many = ['headers', 'withoutHeaders', 'queryParams'].flatMap(field =>
    Object.entries(fieldsOf(match[field])).flatMap(([name, value]) => {
      const noun = { headers: 'header', withoutHeaders: 'withoutHeaders', queryParams: 'query param' }[field] ?? field
      return [
        ...errorIf(
          field !== 'queryParams' && !/^[-!#$%&'*+.^_`|~0-9a-zA-Z:@]+$/.test(name),
          `header name ${name} is not a valid header name`,
        ),
        ...textMatchFindings(value, field, isHandedOn, `${noun} match ${name}`),
      ]
    }),
  )
  const namespace = textOf(match['sourceNamespace'])
  return [
    ...single,
    ...many,
    ...(has(match, 'port') ? portErrors(numberOf(match['port'])) : []),
    ...gatewayNameErrors(textsAt(match, 'gateways')),
    ...errorIf(namespace !== '' && !isLabel(namespace), `sourceNamespace match ${namespace} is invalid`),
  ]
}

function textMatchFindings(match: unknown, where: string, isHandedOn: boolean, noun: string): Finding[] {
  const regex = at(match, 'regex')
  if (typeof regex !== 'string') return []
  if (isHandedOn) return [error(`${noun} does not support regex match for delegating`)]
  return regexFindings(regex, where)
}

function regexFindings(regex: string, where: string): Finding[] {
  if (regex === '') return [error(`"${where}": regex string match should not be empty`)]
  if (regex.length > 1024) return [error(`"${where}": regex is too large, max length allowed is 1024`)]
  try {
    patternOf(regex)
    return []
  } catch {
    return [
      error(
        `"${where}": error parsing regexp: \`${regex}\`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`,
      ),
    ]
  }
}

/** Names of headers that are set, added or removed, of a route or of one of its destinations. */
function headerFindings(owner: Fields): Finding[] {
  const names = (way: string, act: string): string[] =>
    act === 'remove'
      ? textsAt(owner, `headers.${way}.remove`)
      : Object.keys(fieldsOf(at(owner, `headers.${way}.${act}`)))
  return ['request', 'response'].flatMap(way =>
    ['add', 'set', 'remove'].flatMap(act =>
      names(way, act).flatMap(name => {
        if (name === '') return [error('header name cannot be empty')]
        const isAuthority = /^(:authority|host)$/i.test(name)
        if (way === 'request' && act !== 'remove' && isAuthority) return []
        if (name.toLowerCase() === 'host') return [error(`invalid header "${name}": cannot set Host header`)]
        return errorIf(name.startsWith(':'), `invalid header "${name}": header cannot have ":" prefix`)
      }),
    ),
  )
}

function faultFindings(fault: unknown): Finding[] {
  if (!isFields(fault)) return []
  const { abort, delay } = fault
  if (abort === undefined && delay === undefined)
    return [error('HTTP fault injection must have an abort and/or a delay')]
  const percentage = (of: unknown): Finding[] => {
    const value = numberOf(at(of, 'percentage.value'))
    const isFine = value === 0 || (value >= 0.0001 && value <= 100)
    return errorIf(!isFine, `percentage ${value} is neither 0.0, nor in range [0.0001, 100.0]`)
  }
  const status = at(abort, 'httpStatus')
  return [
    ...percentage(abort),
    ...percentage(delay),
    ...(typeof status === 'number' ? statusFindings(status) : []),
    ...errorIf(has(abort, 'http2Error'), 'HTTP/2 abort fault injection not supported yet'),
    ...warningIf(
      isFields(abort) && !['httpStatus', 'grpcStatus', 'http2Error'].some(field => has(abort, field)),
      'abort configured, but error type not set',
    ),
    ...errorIf(has(delay, 'exponentialDelay'), 'exponentialDelay not supported yet'),
  ]
}

const statusFindings = (status: number): Finding[] =>
  errorIf(status < 200 || status > 600, `HTTP status ${status} is not in range 200-599`)

function mirrorFindings(route: Fields): Finding[] {
  const percent = numberOf(route['mirrorPercent'])
  const range = (value: number, name: string): Finding[] => [
    ...errorIf(value > 100, `${name} must have a max value of 100 (it has ${value.toFixed(6)})`),
    ...errorIf(value < 0, `${name} must have a min value of 0 (it has ${value.toFixed(6)})`),
  ]
  return [
    ...errorIf(percent > 100, `mirror_percent must have a max value of 100 (it has ${percent})`),
    ...(has(route, 'mirrorPercent')
      ? [warning('using deprecated setting "mirrorPercent", use "mirrorPercentage" instead')]
      : []),
    ...range(numberOf(at(route, 'mirrorPercentage.value')), 'mirror_percentage'),
    ...errorIf(
      has(route, 'mirror') && itemsAt(route, 'mirrors').length > 0,
      'HTTP route cannot contain both mirror and mirrors',
    ),
    ...(isFields(route['mirror']) ? targetFindings(route['mirror']) : []),
    ...itemsAt(route, 'mirrors').flatMap(mirror => [
      ...targetFindings(fieldsOf(mirror['destination'])),
      ...range(numberOf(at(mirror, 'percentage.value')), 'mirror percentage'),
    ]),
  ]
}

function redirectFindings(redirect: unknown): Finding[] {
  if (!isFields(redirect)) return []
  const { redirectCode, scheme } = redirect
  if (!['uri', 'authority', 'scheme', 'port', 'derivePort'].some(field => Boolean(redirect[field])))
    return [error('redirect must specify URI, authority, scheme, or port')]
  if (typeof redirectCode === 'number' && redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399))
    return [error(`${redirectCode} is not a valid redirect code, must be 3xx`)]
  return errorIf(!['', 'http', 'https'].includes(textOf(scheme)), 'invalid redirect scheme, must be "http" or "https"')
}

function responseFindings(response: unknown): Finding[] {
  if (!isFields(response)) return []
  const size = Buffer.byteLength(textOf(at(response, 'body.string')) || textOf(at(response, 'body.bytes')))
  return [
    ...errorIf(size > 1024 ** 2, 'large direct_responses may impact control plane performance, must be less than 1MB'),
    ...warningIf(size > 100 * 1024 && size <= 1024 ** 2, 'large direct_responses may impact control plane performance'),
    ...statusFindings(numberOf(response['status'])),
  ]
}

const retryReasons = new Set(
  '5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream retriable-status-codes retriable-headers envoy-ratelimited http3-post-connect-failure cancelled deadline-exceeded internal resource-exhausted unavailable'.split(
    ' ',
  ),
)

function retryFindings(retries: unknown): Finding[] {
  if (!isFields(retries)) return []
  const attempts = numberOf(retries['attempts'])
  const reasons = textOf(retries['retryOn'])
  return [
    ...errorIf(attempts < 0, 'attempts cannot be negative'),
    ...errorIf(
      attempts === 0 && ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].some(field => Boolean(retries[field])),
      'http retry policy configured when attempts are set to 0 (disabled)',
    ),
    ...(reasons === '' ? [] : reasons.split(',')).flatMap(reason =>
      errorIf(!retryReasons.has(reason) && !/^[1-5]\d\d$/.test(reason), `"${reason}" is not a valid retryOn policy`),
    ),
  ]
}

function rewriteFindings(rewrite: unknown): Finding[] {
  if (!isFields(rewrite)) return []
  const { uri, authority, uriRegexRewrite: regex } = rewrite
  if (uri && regex !== undefined) return [error('rewrite may only contain one of URI or UriRegexRewrite')]
  if (!uri && regex === undefined && !authority)
    return [
      error(
        'rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified',
      ),
    ]
  if (regex === undefined) return []
  const match = textOf(at(regex, 'match'))
  if (match === '' || textOf(at(regex, 'rewrite')) === '')
    return [error('UriRegexRewrite requires both Rewrite and Match fields to be specified')]
  return regexFindings(match, 'HTTPRewrite.UriRegexRewrite.Match')
}

/** Where a route leads, with weights. */
export function destinationFindings(routes: readonly Fields[]): Finding[] {
  const weights = routes.map(route => numberOf(route['weight']))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return [
    ...routes.flatMap((route, index) => [
      ...headerFindings(route),
      ...targetFindings(fieldsOf(route['destination'])),
      ...errorIf((weights[index] ?? 0) < 0, `weight ${weights[index]} < 0`),
    ]),
    ...errorIf(routes.length > 1 && sum === 0, 'total destination weight = 0'),
  ]
}

export function targetFindings(destination: Fields): Finding[] {
  const host = textOf(destination['host'])
  return [
    ...(host === '*' ? [error('invalid destination host *')] : wildcardErrors(host)),
    ...(destination['subset'] ? subsetNameErrors(textOf(destination['subset'])) : []),
    ...(has(destination, 'port') ? portErrors(numberOf(at(destination, 'port.number'))) : []),
  ]
}

export const subsetNameErrors = (name: string): Finding[] =>
  name === '' ? [error('subset name cannot be empty')] : errorIf(!isLabel(name), `subset name is invalid: ${name}`)
