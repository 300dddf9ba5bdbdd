import type { KubeObject } from '#lab/contract.ts'
import { column } from '#lab/kubernetes/kinds/kind.ts'
import type { Column } from '#lab/kubernetes/resources.ts'
import { at, listOf, numberOf, textOf, shown } from '#lab/kubernetes/value.ts'
import { formatLabels } from './labels.ts'

export const serviceColumns: Column[] = [
  column('Type', service => textOf(at(service, 'spec.type'), 'ClusterIP')),
  column('Cluster-IP', service => textOf(at(service, 'spec.clusterIP'), '<none>')),
  column('External-IP', externalAddress),
  column('Port(s)', ports),
]

export const serviceSelectorColumn = column('Selector', service => formatLabels(at(service, 'spec.selector')), {
  wide: true,
})

function externalAddress(service: KubeObject): string {
  const fixed = at(service, 'spec.externalIPs')
  const listed = Array.isArray(fixed) ? fixed.map(String) : []
  switch (at(service, 'spec.type')) {
    case 'ExternalName':
      return textOf(at(service, 'spec.externalName'), '<none>')
    case 'LoadBalancer': {
      const given = listOf(at(service, 'status.loadBalancer.ingress')).map(
        item => textOf(item['ip']) || textOf(item['hostname']),
      )
      return [...given, ...listed].join(',') || '<pending>'
    }
    default:
      return listed.join(',') || '<none>'
  }
}

function ports(service: KubeObject): string {
  const list = listOf(at(service, 'spec.ports')).map(port => {
    const node = numberOf(port['nodePort'])
    return `${String(port['port'])}${node ? `:${node}` : ''}/${textOf(port['protocol'], 'TCP')}`
  })
  return list.join(',') || '<none>'
}

export const endpointsColumns: Column[] = [
  column('Endpoints', endpoints => {
    const places = listOf(at(endpoints, 'subsets')).flatMap(subset => {
      const numbers = listOf(subset['ports']).map(port => `:${String(port['port'])}`)
      const addresses = listOf(subset['addresses']).map(address => textOf(address['ip']))
      return numbers.length === 0 ? addresses : numbers.flatMap(number => addresses.map(ip => `${ip}${number}`))
    })
    return brief(places, ' + ')
  }),
]

export const endpointSliceColumns: Column[] = [
  column('AddressType', slice => textOf(slice['addressType'])),
  column('Ports', slice =>
    brief(
      listOf(slice['ports']).map(port => shown(port['port'] ?? '*')),
      ' + ',
      '<unset>',
    ),
  ),
  column('Endpoints', slice =>
    brief(
      listOf(slice['endpoints']).flatMap(endpoint =>
        Array.isArray(endpoint['addresses']) ? endpoint['addresses'].map(String) : [],
      ),
      ' + ',
      '<unset>',
    ),
  ),
]

/** Three of them, and how many more there are. */
function brief(items: string[], more: string, none = '<none>'): string {
  if (items.length === 0) return none
  const shown = items.slice(0, 3).join(',')
  return items.length > 3 ? `${shown}${more}${items.length - 3} more...` : shown
}
