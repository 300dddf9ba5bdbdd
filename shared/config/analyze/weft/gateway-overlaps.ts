import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { podsSelected, selectorText } from '#shared/config/world/labels.ts'
import { items, number, record, text, textMap, texts } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import { type Json, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { gatewaysOverlap, portProtocolsConflict } from './messages.ts'

const kind = 'networking.istio.io/Gateway'
const portOf = (server: Json): number => number(record(server['port'])['number']) ?? 0

export const gatewaysByPort: Index = {
  name: 'gatewaysByPort',
  of: [kind],
  keys: gateway => [...new Set(items(gateway.spec?.['servers']).map(server => String(portOf(server))))],
}

/** Protocols that can share a port: plain HTTP by host, TLS by name; TCP shares with nobody. */
function family(server: Json): string {
  const protocol = text(record(server['port'])['protocol']).toUpperCase()
  if (['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(protocol)) return 'HTTP'
  return ['HTTPS', 'TLS'].includes(protocol) ? 'TLS' : protocol
}

/** Gateways that meet on the same pods though their selectors are written differently, and ports that two protocols claim. */
export const gatewayOverlaps: EachAnalyzer = {
  name: 'weft.GatewayOverlaps',
  each: [kind],
  analyze(gateway, world, report) {
    const servers = items(gateway.spec?.['servers'])
    for (const [index, server] of servers.entries()) {
      const earlier = servers.slice(0, index).find(other => isConflict(other, server))
      const others = world.find(gatewaysByPort, String(portOf(server))).filter(other => other !== gateway)
      const together = others.filter(other => sharesPods(world, gateway, other))
      const older = oldestFirst([gateway, ...together])
      const rival = older
        .slice(0, older.indexOf(gateway))
        .find(other => items(other.spec?.['servers']).some(theirs => isConflict(theirs, server)))
      if (earlier || rival)
        report(
          gateway,
          portProtocolsConflict,
          [portOf(server), family(server), rival ? nameOf(rival) : 'an earlier server'],
          {
            path: ['spec', 'servers', index, 'port', 'protocol'],
            ...(rival ? { related: [refOf(rival)] } : {}),
          },
        )
      // Of equal selectors Istio says it itself.
      const apart = together.filter(other => selectorOf(other) !== selectorOf(gateway))
      const rivals = apart.filter(other =>
        items(other.spec?.['servers']).some(theirs => portOf(theirs) === portOf(server) && shareHost(theirs, server)),
      )
      if (rivals.length > 0)
        report(gateway, gatewaysOverlap, [rivals.map(nameOf), portOf(server)], {
          path: ['spec', 'servers', index],
          related: rivals.map(refOf),
        })
    }
  },
}

const nameOf = ({ metadata }: MeshObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
const selectorOf = (gateway: MeshObject): string => selectorText(textMap(gateway.spec?.['selector']))

function sharesPods(world: World, a: MeshObject, b: MeshObject): boolean {
  if (selectorOf(a) === selectorOf(b)) return true
  const [own, theirs] = [a, b].map(gateway => podsSelected(world, null, textMap(gateway.spec?.['selector'])))
  return own?.some(pod => theirs?.includes(pod)) ?? false
}

const isConflict = (a: Json, b: Json): boolean =>
  portOf(a) === portOf(b) && portOf(a) !== 0 && text(a['bind']) === text(b['bind']) && family(a) !== family(b)

/** Without the namespaces that may use them. */
export const hostsOf = (server: Json): string[] => texts(server['hosts']).map(host => host.slice(host.indexOf('/') + 1))

const shareHost = (a: Json, b: Json): boolean =>
  hostsOf(a).some(host => hostsOf(b).some(other => hostsOverlap(host, other)))
