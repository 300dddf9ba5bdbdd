import { canonicalText, type Fields, textOf } from '#lab/kubernetes/value.ts'
import { destinationFindings } from './destinations.ts'
import { itemsAt, textsAt } from './fields.ts'
import { error, errorIf, type Finding, warning } from './findings.ts'
import { httpRouteFindings } from './http-route.ts'
import { exportErrors, gatewayNameErrors, isAddress, subnetErrors, wildcardErrors } from './names.ts'

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export function virtualServiceFindings(spec: Fields, namespace: string): Finding[] {
  const hosts = textsAt(spec, 'hosts')
  const gateways = textsAt(spec, 'gateways')
  const isDelegate = hosts.length === 0
  const isOfMesh = gateways.length === 0 || gateways.includes('mesh')
  const [http, tls, tcp] = [itemsAt(spec, 'http'), itemsAt(spec, 'tls'), itemsAt(spec, 'tcp')]
  return [
    ...(isDelegate ? delegateFindings(gateways, tls, tcp) : []),
    ...gatewayNameErrors(gateways),
    ...hostFindings(hosts, isOfMesh),
    ...errorIf(http.length + tls.length + tcp.length === 0, 'http, tcp or tls must be provided in virtual service'),
    ...http.flatMap(route => httpRouteFindings(route, isDelegate)),
    ...tls.flatMap(route => tlsFindings(route, hosts)),
    ...tcp.flatMap(tcpFindings),
    ...exportErrors(textsAt(spec, 'exportTo'), namespace, false),
    ...[http, tcp, tls].flatMap(unusedFindings),
  ]
}

const delegateFindings = (gateways: readonly string[], tls: readonly Fields[], tcp: readonly Fields[]): Finding[] => [
  ...errorIf(gateways.length > 0, 'delegate virtual service must have no gateways specified'),
  ...errorIf(tls.length > 0, 'delegate virtual service must have no tls route specified'),
  ...errorIf(tcp.length > 0, 'delegate virtual service must have no tcp route specified'),
]

function hostFindings(hosts: readonly string[], isOfMesh: boolean): Finding[] {
  const wrong = hosts.flatMap(host => {
    if (isAddress(host)) return []
    const found = wildcardErrors(host)
    if (found.length > 0) return found
    return errorIf(
      isOfMesh && host === '*',
      'wildcard host * is not allowed for virtual services bound to the mesh gateway',
    )
  })
  if (wrong.length > 0) return wrong
  return hosts.flatMap((host, index) =>
    hosts
      .slice(index + 1)
      .filter(other => overlaps(host, other))
      .map(other => error(`duplicate hosts in virtual service: ${host} & ${other}`)),
  )
}

/** Whether two names, each perhaps with an asterisk in front, have a host in common. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [one, other].map(host => ({ isWild: host.startsWith('*'), end: host.replace(/^\*/, '') }))
  if (!a || !b) return false
  if (a.isWild && b.isWild) return a.end.endsWith(b.end) || b.end.endsWith(a.end)
  if (a.isWild) return other.endsWith(a.end)
  return b.isWild ? one.endsWith(b.end) : one === other
}

function tlsFindings(route: Fields, hosts: readonly string[]): Finding[] {
  const matches = itemsAt(route, 'match')
  return [
    ...errorIf(matches.length === 0, 'TLS route must have at least one match condition'),
    ...matches.flatMap(match => {
      const names = textsAt(match, 'sniHosts')
      return [
        ...errorIf(names.length === 0, 'TLS match must have at least one SNI host'),
        ...names.flatMap(name => sniFindings(name, hosts)),
        ...textsAt(match, 'destinationSubnets').flatMap(subnetErrors),
        ...gatewayNameErrors(textsAt(match, 'gateways')),
      ]
    }),
    ...errorIf(itemsAt(route, 'route').length === 0, 'TLS route is required'),
    ...destinationFindings(itemsAt(route, 'route')),
  ]
}

function sniFindings(name: string, hosts: readonly string[]): Finding[] {
  if (isAddress(name))
    return [warning(`using an IP address ("${name}") goes against SNI spec and most clients do not support this`)]
  const found = wildcardErrors(name)
  if (found.length > 0) return found
  const isWithin = (host: string): boolean =>
    host === name || (host.startsWith('*') && name.replace(/^\*/, '').endsWith(host.slice(1)))
  return errorIf(
    !hosts.some(isWithin),
    `SNI host "${name}" is not a compatible subset of any of the virtual service hosts: [${hosts.join(', ')}]`,
  )
}

const tcpFindings = (route: Fields): Finding[] => [
  ...itemsAt(route, 'match').flatMap(match => [
    ...textsAt(match, 'destinationSubnets').flatMap(subnetErrors),
    ...gatewayNameErrors(textsAt(match, 'gateways')),
  ]),
  ...errorIf(itemsAt(route, 'route').length === 0, 'TCP route is required'),
  ...destinationFindings(itemsAt(route, 'route')),
]

/** Routes that no request can reach: after one that matches all, or with matches that came before. */
function unusedFindings(routes: readonly Fields[]): Finding[] {
  const seen = new Map<string, string>()
  let hasCatchAll = false
  return routes.flatMap((route, index) => {
    const name = nameOf(route, index)
    const unused = (why: string): Finding => warning(`virtualService rule ${name} not used (${why})`)
    const matches = itemsAt(route, 'match')
    if (matches.length === 0) {
      const findings = hasCatchAll ? [unused('only the last rule can have no matches')] : []
      hasCatchAll = true
      return findings
    }
    const repeats = matches.flatMap((match, place) => {
      const { name: _, ...condition } = match
      const text = canonicalText(condition)
      const earlier = seen.get(text)
      if (earlier === undefined) {
        seen.set(text, name)
        return []
      }
      return [
        warning(
          `virtualService rule ${name} match ${nameOf(match, place)} is not used (duplicate/overlapping match in rule ${earlier})`,
        ),
      ]
    })
    return repeats.length === matches.length ? [...repeats, unused('all matches used by prior rules')] : repeats
  })
}

const nameOf = (named: Fields, index: number): string => {
  const name = textOf(named['name'])
  return name === '' ? `#${index}` : JSON.stringify(name)
}
