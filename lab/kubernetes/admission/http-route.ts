import { at, type Fields, fieldsOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { destinationFindings, headerFindings } from './destinations.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding } from './findings.ts'
import {
  faultFindings,
  mirrorFindings,
  redirectFindings,
  responseFindings,
  retryFindings,
  rewriteFindings,
} from './http-acts.ts'
import { gatewayNameErrors, isLabel, portErrors } from './names.ts'
import { regexFindings } from './patterns.ts'

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
