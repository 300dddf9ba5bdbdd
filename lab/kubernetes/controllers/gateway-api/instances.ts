import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds } from '#lab/kubernetes/controllers/conditions.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { type ClassInfo } from './classes.ts'
import { isManaged, nameOf } from './managed.ts'

const suffix = 'svc.cluster.local'

/** Where a Gateway's proxies are found. */
export interface Instances {
  programmed: Condition
  addresses: Fields[]
}

/** Hosts of the Services that a Gateway is reached by: its own, or those that `spec.addresses` names. */
export function hostsOf(gateway: KubeObject, info: ClassInfo): string[] {
  const { namespace = '' } = gateway.metadata
  if (isManaged(gateway)) return [`${nameOf(gateway, info)}.${namespace}.${suffix}`]
  return listOf(gateway.spec?.['addresses'])
    .filter(address => address['type'] === 'Hostname')
    .map(address => textOf(address['value']))
    .map(host => (host.includes('.') ? host : `${host}.${namespace}.${suffix}`))
}

export function instancesOf(
  store: KubernetesStore,
  gateway: KubeObject,
  info: ClassInfo,
  ports: readonly number[],
): Instances {
  const hosts = hostsOf(gateway, info)
  const inside: string[] = []
  const insideHosts: string[] = []
  const outside: string[] = []
  const warnings: string[] = []
  let isUsable = true
  for (const host of hosts) {
    const [name = '', namespace] = host.split('.')
    const service = host.endsWith(`.${suffix}`) ? store.get('services', namespace, name) : undefined
    if (!service) {
      warnings.push(`hostname ${JSON.stringify(host)} not found`)
      isUsable = false
      continue
    }
    const external = listOf(at(service, 'status.loadBalancer.ingress')).map(item =>
      textOf(item['ip'] ?? item['hostname']),
    )
    const isReady = hasReadyAddress(store.get('endpoints', namespace, name))
    for (const port of ports) {
      const problem = isReady
        ? portProblem(service, host, port)
        : `no instances found for hostname ${JSON.stringify(host)}`
      if (problem === undefined) {
        inside.push(`${host}:${port}`)
        if (!insideHosts.includes(host)) insideHosts.push(host)
      } else {
        isUsable = false
        if (!warnings.includes(problem)) warnings.push(problem)
      }
    }
    if (at(service, 'spec.type') === 'LoadBalancer' && external.length === 0)
      warnings.push(`address pending for hostname ${JSON.stringify(host)}`)
    outside.push(...external)
  }
  const addresses = outside.length > 0 ? outside : insideHosts
  return {
    programmed: programmedOf(hosts, inside, warnings, isUsable),
    addresses: addresses.map(value => ({ type: isIp(value) ? 'IPAddress' : 'Hostname', value })),
  }
}

function programmedOf(
  hosts: readonly string[],
  inside: readonly string[],
  warnings: readonly string[],
  isUsable: boolean,
) {
  if (hosts.length === 0)
    return fails('Programmed', 'UnsupportedAddress', 'Failed to assign to any requested addresses')
  if (warnings.length > 0) {
    const told = warnings.join('; ')
    const message =
      inside.length > 0
        ? `Assigned to service(s) ${joined(inside)}, but failed to assign to all requested addresses: ${told}`
        : `Failed to assign to any requested addresses: ${told}`
    return fails('Programmed', isUsable ? 'AddressNotAssigned' : 'AddressNotUsable', message)
  }
  return holds('Programmed', 'Programmed', `Resource programmed, assigned to service(s) ${joined(inside)}`)
}

function portProblem(service: KubeObject, host: string, port: number): string | undefined {
  const ports = listOf(service.spec?.['ports']).map(item => numberOf(item['port']))
  if (ports.includes(port)) return undefined
  return (
    `port ${port} not found for hostname ${JSON.stringify(host)} (hint: the service port should be specified, ` +
    `not the workload port. Did you mean one of these ports: [${ports.join(' ')}]?)`
  )
}

const hasReadyAddress = (endpoints: KubeObject | undefined): boolean =>
  listOf(endpoints?.['subsets']).some(subset => listOf(subset['addresses']).length > 0)

const isIp = (value: string): boolean => /^\d+(\.\d+){3}$/.test(value) || value.includes(':')

function joined(items: readonly string[]): string {
  if (items.length < 3) return items.join(' and ')
  return `${items.slice(0, -1).join(', ')}, and ${items.at(-1)}`
}
