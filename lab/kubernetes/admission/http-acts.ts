import { at, type Fields, fieldsOf, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { targetFindings } from './destinations.ts'
import { has, itemsAt } from './fields.ts'
import { error, errorIf, type Finding, warning, warningIf } from './findings.ts'
import { regexFindings } from './patterns.ts'

/** What an HTTP route does with a request besides forwarding it. */

export function faultFindings(fault: unknown): Finding[] {
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

export function mirrorFindings(route: Fields): Finding[] {
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

export function redirectFindings(redirect: unknown): Finding[] {
  if (!isFields(redirect)) return []
  const { redirectCode, scheme } = redirect
  if (!['uri', 'authority', 'scheme', 'port', 'derivePort'].some(field => Boolean(redirect[field])))
    return [error('redirect must specify URI, authority, scheme, or port')]
  if (typeof redirectCode === 'number' && redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399))
    return [error(`${redirectCode} is not a valid redirect code, must be 3xx`)]
  return errorIf(!['', 'http', 'https'].includes(textOf(scheme)), 'invalid redirect scheme, must be "http" or "https"')
}

export function responseFindings(response: unknown): Finding[] {
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

export function retryFindings(retries: unknown): Finding[] {
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

export function rewriteFindings(rewrite: unknown): Finding[] {
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
