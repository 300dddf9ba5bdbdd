import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { at, items, record, text, textMap, texts } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { gatewaysOf } from './gateway-routes.ts'
import { hostsOf } from './gateway-overlaps.ts'
import { certificateForOthers, hostUnrouted, redirectMissing } from './messages.ts'

export const routesByGateway: Index = {
  name: 'routesByGateway',
  of: ['networking.istio.io/VirtualService'],
  keys: gatewaysOf,
}

/** Hosts that a Gateway serves: without a route, in plaintext beside TLS, with the certificate of another. */
export const gatewayHosts: EachAnalyzer = {
  name: 'weft.GatewayHosts',
  each: ['networking.istio.io/Gateway'],
  analyze(gateway, world, report) {
    const servers = items(gateway.spec?.['servers'])
    const routes = world.find(routesByGateway, `${gateway.metadata.namespace ?? ''}/${gateway.metadata.name}`)
    const secure = servers.filter(server => protocolOf(server) === 'HTTPS').flatMap(hostsOf)
    for (const [index, server] of servers.entries()) {
      const isRedirecting = record(server['tls'])['httpsRedirect'] === true
      const names = altNames(world, gateway, server)
      for (const [place, host] of hostsOf(server).entries()) {
        const path = ['spec', 'servers', index, 'hosts', place]
        const mine = routes.filter(route => texts(route.spec?.['hosts']).some(own => hostsOverlap(own, host)))
        if (mine.length === 0 && !isRedirecting) report(gateway, hostUnrouted, [host], { path })
        if (protocolOf(server) === 'HTTP' && !isRedirecting && secure.includes(host) && !mine.some(redirects))
          report(gateway, redirectMissing, [host], { path })
        if (names.length > 0 && !host.startsWith('*') && !names.some(name => isNamed(name, host)))
          report(gateway, certificateForOthers, [text(record(server['tls'])['credentialName']), host, names], { path })
      }
    }
  },
}

const protocolOf = (server: Json): string => text(record(server['port'])['protocol']).toUpperCase()

const redirects = (route: MeshObject): boolean =>
  items(route.spec?.['http']).some(rule => at(rule, 'redirect', 'scheme') === 'https')

/** Names that cert-manager has written on the Secret; its bytes are nobody's business. */
function altNames(world: World, gateway: MeshObject, server: Json): string[] {
  const name = text(record(server['tls'])['credentialName'])
  if (name === '') return []
  const [pod] = podsSelected(world, null, textMap(gateway.spec?.['selector']))
  return pod === undefined ? [] : namesOn(world.get('/Secret', pod.metadata.namespace ?? '', name))
}

export const namesOn = (secret: MeshObject | undefined): string[] =>
  ['cert-manager.io/alt-names', 'cert-manager.io/common-name'].flatMap(key =>
    (secret?.metadata.annotations?.[key] ?? '')
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  )

/** RFC 9525, 6.3: a wildcard stands for one label. */
export const isNamed = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.')) === name.slice(1))
