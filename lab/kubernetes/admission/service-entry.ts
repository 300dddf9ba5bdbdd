import { type Fields, fieldsOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { has, itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, repeated, warning, warningIf } from './findings.ts'
import {
  domainErrors,
  exportErrors,
  isAddress,
  isHttp,
  isProtocol,
  isTls,
  portErrors,
  portNameErrors,
  subnetErrors,
  wildcardErrors,
} from './names.ts'

/** https://istio.io/latest/docs/reference/config/networking/service-entry/ */
export function serviceEntryFindings(spec: Fields, namespace: string): Finding[] {
  const hosts = textsAt(spec, 'hosts')
  const ports = itemsAt(spec, 'ports')
  const resolution = textOf(spec['resolution'], 'NONE')
  const protocols = ports.map(port => textOf(port['protocol']))
  return [
    ...selectorFindings(spec, resolution),
    ...hosts.flatMap(wildcardErrors),
    ...textsAt(spec, 'addresses').flatMap(subnetErrors),
    ...repeated(ports.map(port => textOf(port['name']))).map(name =>
      error(`service entry port name "${name}" already defined`),
    ),
    ...repeated(ports.map(port => numberOf(port['number']))).map(number =>
      error(`service entry port ${number} already defined`),
    ),
    ...ports.flatMap(port => portFindings(port, resolution)),
    ...endpointFindings(spec, resolution),
    ...nameFindings(spec, resolution),
    ...errorIf(
      resolution !== 'NONE' && hosts.length > 1 && protocols.some(protocol => !isHttp(protocol) && !isTls(protocol)),
      'multiple hosts provided with non-HTTP, non-TLS ports',
    ),
    ...exportErrors(textsAt(spec, 'exportTo'), namespace, true),
  ]
}

function selectorFindings(spec: Fields, resolution: string): Finding[] {
  if (!has(spec, 'workloadSelector')) return []
  return [
    ...warningIf(
      Object.keys(fieldsOf(fieldsOf(spec['workloadSelector'])['labels'])).length === 0,
      'service entry: workload selector specified without labels, will be applied to all services in namespace',
    ),
    ...warningIf(resolution !== 'STATIC', `workloadSelector should not be set when resolution mode is ${resolution}`),
  ]
}

const portFindings = (port: Fields, resolution: string): Finding[] => [
  ...(has(port, 'targetPort') ? portErrors(numberOf(port['targetPort'])) : []),
  ...warningIf(
    has(port, 'targetPort') && resolution === 'NONE',
    'targetPort has no effect when resolution mode is NONE',
  ),
  ...portNameErrors(textOf(port['name'])),
  ...protocolFindings(textOf(port['protocol'])),
  ...portErrors(numberOf(port['number'])),
]

export const protocolFindings = (protocol: string): Finding[] =>
  errorIf(protocol !== '' && !isProtocol(protocol), `unsupported protocol: ${protocol}`)

/** Endpoints are addresses where they are fixed, and addresses or names where they are looked up. */
function endpointFindings(spec: Fields, resolution: string): Finding[] {
  const names = itemsAt(spec, 'ports').map(port => textOf(port['name']))
  return itemsAt(spec, 'endpoints').flatMap(endpoint => [
    ...workloadFindings(endpoint, resolution === 'STATIC' ? 'address' : 'name'),
    ...Object.entries(fieldsOf(endpoint['ports']))
      .filter(([name]) => !names.includes(name))
      .map(([, port]) => error(`endpoint port ${String(port)} is not defined by the service entry`)),
  ])
}

/** https://istio.io/latest/docs/reference/config/networking/workload-entry/ */
export function workloadFindings(entry: Fields, needs: 'address' | 'name'): Finding[] {
  const address = textOf(entry['address'])
  const network = textOf(entry['network'])
  const isSocket = address.startsWith('unix://')
  const isFine = address === '' || isSocket || isAddress(address)
  return [
    ...(address === ''
      ? [network === '' ? error('address is required') : warning(`address is unset with network "${network}"`)]
      : []),
    ...errorIf(!isFine && needs === 'address', `endpoint address "${address}" is not a valid IP address`),
    ...errorIf(
      !isFine && needs === 'name' && domainErrors(address).length > 0,
      `endpoint address "${address}" is not a valid FQDN or an IP address`,
    ),
    ...Object.entries(fieldsOf(entry['ports'])).flatMap(([name, port]) => [
      ...portNameErrors(name),
      ...portErrors(numberOf(port)),
    ]),
  ]
}

/** What is looked up by name must have one. */
function nameFindings(spec: Fields, resolution: string): Finding[] {
  if (!['DNS', 'DNS_ROUND_ROBIN'].includes(resolution) || itemsAt(spec, 'endpoints').length > 0) return []
  return textsAt(spec, 'hosts').flatMap(host =>
    errorIf(
      domainErrors(host).length > 0,
      `hosts must be FQDN if no endpoints are provided for resolution mode ${resolution}`,
    ),
  )
}
