import { isIP } from 'node:net'
import { at, type Fields, isFields, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { connectionPoolFindings } from './destination-rule.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, repeated, warningIf } from './findings.ts'
import { serverTlsFindings } from './gateway.ts'
import { domainErrors, namespacedHostErrors, portErrors, portNameErrors } from './names.ts'
import { protocolFindings } from './service-entry.ts'

/** https://istio.io/latest/docs/reference/config/networking/sidecar/ */
export function sidecarFindings(spec: Fields): Finding[] {
  if (!['egress', 'ingress', 'outboundTrafficPolicy', 'inboundConnectionPool'].some(field => has(spec, field)))
    return [error('sidecar: empty configuration provided')]
  const ingress = itemsAt(spec, 'ingress')
  const egress = itemsAt(spec, 'egress')
  return [
    ...warningIf(
      isFields(spec['workloadSelector']) && !has(spec, 'workloadSelector.labels'),
      'sidecar: workload selector specified without labels, will be applied to all services in namespace',
    ),
    ...ingress.flatMap(ingressFindings),
    ...uniquePorts(ingress),
    ...connectionPoolFindings(spec['inboundConnectionPool']),
    ...egress.flatMap((listener, index) => egressFindings(listener, index === egress.length - 1)),
    ...uniquePorts(egress),
    ...outboundFindings(spec['outboundTrafficPolicy']),
  ]
}

const uniquePorts = (listeners: readonly Fields[]): Finding[] =>
  repeated(listeners.map(listener => numberOf(at(listener, 'port.number'))).filter(number => number > 0)).map(() =>
    error('sidecar: ports on IP bound listeners must be unique'),
  )

function listenerFindings(listener: Fields): Finding[] {
  const name = textOf(at(listener, 'port.name'))
  const bind = textOf(listener['bind'])
  return [
    ...(name === '' ? [] : portNameErrors(name)),
    ...protocolFindings(textOf(at(listener, 'port.protocol'))),
    ...errorIf(numberOf(at(listener, 'port.targetPort')) > 0, 'targetPort has no impact on Sidecars'),
    ...errorIf(bind !== '' && !bind.startsWith('unix://') && isIP(bind) === 0, `${bind} is not a valid IP`),
  ]
}

function ingressFindings(listener: Fields): Finding[] {
  const { tls } = listener
  const mode = textOf(at(tls, 'mode'))
  return [
    ...listenerFindings(listener),
    ...portErrors(numberOf(at(listener, 'port.number'))),
    ...endpointFindings(textOf(listener['defaultEndpoint'])),
    ...errorIf(has(tls, 'subjectAltNames'), 'sidecar: subjectAltNames is not supported in ingress tls'),
    ...errorIf(at(tls, 'httpsRedirect') === true, 'sidecar: httpsRedirect is not supported'),
    ...errorIf(Boolean(at(tls, 'credentialName')), 'sidecar: credentialName is not currently supported'),
    ...errorIf(
      mode === 'ISTIO_MUTUAL' || mode === 'AUTO_PASSTHROUGH',
      `configuration is invalid: cannot set mode to ${mode} in sidecar ingress tls`,
    ),
    ...serverTlsFindings(tls),
    ...connectionPoolFindings(listener['connectionPool']),
  ]
}

function endpointFindings(endpoint: string): Finding[] {
  if (endpoint === '' || endpoint.startsWith('unix://')) return []
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*)):([^:]*)$/.exec(endpoint) ?? []
  if (port === '' && bracketed === undefined && plain === undefined)
    return [error(`address ${endpoint}: missing port in address`)]
  return [
    ...errorIf(
      !['', '127.0.0.1', '0.0.0.0', '::1', '::'].includes(bracketed ?? plain ?? ''),
      'sidecar: defaultEndpoint must be of form 127.0.0.1:<port>,0.0.0.0:<port>,[::1]:port,[::]:port,unix://filepath or unset',
    ),
    ...(/^\d+$/.test(port)
      ? portErrors(Number(port))
      : [error(`sidecar: defaultEndpoint port (${port}) is not a number`)]),
  ]
}

function egressFindings(listener: Fields, isLast: boolean): Finding[] {
  const hosts = textsAt(listener, 'hosts')
  return [
    ...(has(listener, 'port')
      ? listenerFindings(listener)
      : errorIf(!isLast, 'sidecar: the egress listener with empty port should be the last listener in the list')),
    ...errorIf(hosts.length === 0, 'sidecar: egress listener must contain at least one host'),
    ...hosts.flatMap(host => namespacedHostErrors(host, 'sidecar')),
    ...warningIf(
      hosts.includes('*/*') && hosts.length > 1,
      '`*/*` host select all resources, no other hosts can be added',
    ),
  ]
}

function outboundFindings(policy: unknown): Finding[] {
  const proxy = at(policy, 'egressProxy')
  if (!isFields(proxy)) return []
  if (at(policy, 'mode') !== 'ALLOW_ANY')
    return [error('sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode')]
  return [
    ...domainErrors(textOf(proxy['host'])),
    ...errorIf(!has(proxy, 'port'), 'sidecar: egress_proxy port must be non-nil'),
  ]
}
