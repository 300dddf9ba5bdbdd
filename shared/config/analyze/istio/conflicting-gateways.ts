import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { selectorText } from '#shared/config/world/labels.ts'
import { has, items, number, record, textMap, texts } from '#shared/config/world/read.ts'
import type { Index } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { conflictingGateways } from './messages.ts'
import { nameOf } from './names.ts'

const selectorOf = (gateway: MeshObject) => selectorText(textMap(gateway.spec?.['selector']))

export const gatewaysBySelector: Index = {
  name: 'gatewaysBySelector',
  of: ['networking.istio.io/Gateway'],
  keys: gateway => [selectorOf(gateway)],
}

/** Two Gateways of one workload that serve one host on one port. */
export const conflictingGateway: EachAnalyzer = {
  name: 'gateway.ConflictingGatewayAnalyzer',
  each: ['networking.istio.io/Gateway'],
  analyze(gateway, world, report) {
    const selector = selectorOf(gateway)
    const others = world.find(gatewaysBySelector, selector).filter(other => nameOf(other) !== nameOf(gateway))
    for (const [index, server] of items(gateway.spec?.['servers']).entries()) {
      if (!has(server, 'port')) continue
      const port = number(record(server['port'])['number'])
      const hosts = texts(server['hosts'])
      const rivals = others.filter(other =>
        items(other.spec?.['servers']).some(
          theirs =>
            has(theirs, 'port') &&
            number(record(theirs['port'])['number']) === port &&
            texts(theirs['hosts']).some(host => hosts.some(own => hostsOverlap(own, host))),
        ),
      )
      if (rivals.length > 0)
        report(
          gateway,
          conflictingGateways,
          [rivals.map(nameOf).join(', '), selector, String(port ?? ''), hosts.join(', ')],
          { path: ['spec', 'servers', index], related: rivals.map(refTo) },
        )
    }
  },
}

const refTo = ({ metadata }: MeshObject) => ({
  group: 'networking.istio.io',
  kind: 'Gateway',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})
