import { isIP } from 'node:net'
import { error, errorIf, type Finding, warning } from './findings.ts'

/** Names, addresses and ports as istiod takes them (https://istio.io/latest/docs/reference/config/networking/). */

const label = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/
const wildcardLabel = /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/

export const isLabel = (text: string): boolean => text.length <= 63 && label.test(text)
export const isAddress = (text: string): boolean => isIP(text) > 0

/** Of a whole domain name: each part, and the last one no number. */
function labelErrors(domain: string, labels: readonly string[]): Finding[] {
  const wrong = labels.find(part => !isLabel(part))
  if (wrong !== undefined) return [error(`domain name "${domain}" invalid (label "${wrong}" invalid)`)]
  return errorIf(
    /^\d+$/.test(labels.at(-1) ?? ''),
    `domain name "${domain}" invalid (top level domain "${labels.at(-1)}" cannot be all-numeric)`,
  )
}

const lengthErrors = (domain: string): Finding[] =>
  domain === ''
    ? [error('empty domain name not allowed')]
    : errorIf(domain.length > 255, `domain name "${domain}" too long (max 255)`)

export function domainErrors(domain: string): Finding[] {
  const found = lengthErrors(domain)
  return found.length > 0 ? found : labelErrors(domain, domain.replace(/\.$/, '').split('.'))
}

/** A domain name whose first part may be, or begin with, an asterisk. */
export function wildcardErrors(domain: string): Finding[] {
  const found = lengthErrors(domain)
  if (found.length > 0) return found
  const [first = '', ...rest] = domain.split('.')
  if (first.length > 63 || !wildcardLabel.test(first))
    return [error(`domain name "${domain}" invalid (label "${first}" invalid)`)]
  return rest.length === 0 ? [] : labelErrors(rest.join('.'), rest)
}

export const portErrors = (port: number): Finding[] =>
  errorIf(port < 1 || port > 65_535, `port number ${port} must be in the range 1..65535`)

/** An address, or a range of them. */
export function subnetErrors(text: string): Finding[] {
  const [address = '', size, ...rest] = text.split('/')
  const version = isIP(address)
  if (size === undefined) return errorIf(version === 0, `${text} is not a valid IP`)
  const isRange = version > 0 && rest.length === 0 && /^\d+$/.test(size) && Number(size) <= (version === 4 ? 32 : 128)
  return errorIf(!isRange, `${text} is not a valid CIDR block`)
}

/** `namespace/host`, as gateways and sidecars name hosts. */
export function namespacedHostErrors(host: string, owner: 'gateway' | 'sidecar'): Finding[] {
  const slash = host.indexOf('/')
  if (slash < 0) return owner === 'gateway' ? wildcardErrors(host) : [error('host must be of form namespace/dnsName')]
  const [namespace, name] = [host.slice(0, slash), host.slice(slash + 1)]
  if (namespace === '' || name === '') return [error('config namespace and dnsName in host entry cannot be empty')]
  const special = owner === 'gateway' ? ['*', '.'] : ['*', '.', '~']
  return [
    ...errorIf(
      !special.includes(namespace) && !isLabel(namespace),
      `invalid namespace value "${namespace}" in ${owner}`,
    ),
    ...wildcardErrors(name),
  ]
}

const protocols = new Set('TCP UDP GRPC GRPC-WEB HTTP HTTP_PROXY HTTP2 HTTPS TLS MONGO REDIS MYSQL HBONE'.split(' '))
export const isProtocol = (protocol: string): boolean => protocols.has(protocol.toUpperCase())
export const isHttp = (protocol: string): boolean =>
  ['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB'].includes(protocol.toUpperCase())
export const isTls = (protocol: string): boolean => ['HTTPS', 'TLS'].includes(protocol.toUpperCase())

export const portNameErrors = (name: string): Finding[] => errorIf(!isLabel(name), `invalid port name: ${name}`)

/** To whom an object is shown: `.`, `*`, `~` or namespaces. */
export function exportErrors(namespaces: readonly string[], own: string, mayHide: boolean): Finding[] {
  const named = namespaces.map(name => (name === '.' ? own : name))
  const isTwice = (index: number): boolean => named.indexOf(named[index] ?? '') < index
  const findings = namespaces.flatMap((name, index) => {
    if (isTwice(index))
      return [
        error(
          name === '.'
            ? `duplicate entries in exportTo: . and current namespace ${own}`
            : `duplicate entries in exportTo for entry ${name}`,
        ),
      ]
    if (name === '*' || name === '.' || (mayHide && name === '~')) return []
    return errorIf(!isLabel(name), `only .,*, or a valid DNS 1123 label is allowed as exportTo entry`)
  })
  return [
    ...findings,
    ...errorIf(
      named.includes('*') && named.length > 1,
      'cannot have both public (*) and non-public exportTo values for a resource',
    ),
    ...errorIf(
      mayHide && named.includes('~') && named.length > 1,
      'cannot export service entry to no one (~) and someone',
    ),
  ]
}

/** Gateways as a VirtualService names them: `mesh`, a name, or `namespace/name`. */
export function gatewayNameErrors(names: readonly string[]): Finding[] {
  return names.flatMap(name => {
    const slash = name.indexOf('/')
    if (slash < 0) {
      const [gateway = '', namespace = ''] = name.split('.')
      const legacy = `using legacy gatewayName format "${name}"; prefer the <namespace>/<name> format: "${namespace}/${gateway}"`
      return [...(name.includes('.') ? [warning(legacy)] : []), ...domainErrors(name)]
    }
    const [namespace, gateway] = [name.slice(0, slash), name.slice(slash + 1)]
    return [
      ...errorIf(namespace === '' || gateway === '', 'config namespace and gateway name cannot be empty'),
      ...errorIf(!isLabel(namespace), `invalid value for namespace: "${namespace}"`),
      ...errorIf(!isLabel(gateway), `invalid value for gateway name: "${gateway}"`),
    ]
  })
}
