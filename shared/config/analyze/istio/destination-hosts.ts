import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { findHost } from '#shared/config/world/hosts.ts'
import { at, number, text, texts } from '#shared/config/world/read.ts'
import type { Index, World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { destinationsOf } from './destinations.ts'
import { ingressRouteNotAffected, portSelectorRequired, referencedResourceNotFound } from './messages.ts'
import { nameOf, namespaceOf } from './names.ts'

const kind = 'networking.istio.io/VirtualService'

/** VirtualServices by the hosts of their own that they split into subsets. */
export const subsetRoutes: Index = {
  name: 'subsetRoutes',
  of: [kind],
  keys(virtualService) {
    const hosts = texts(virtualService.spec?.['hosts'])
    const sent = destinationsOf(virtualService)
      .filter(
        ({ isMirror, path, destination }) => !isMirror && path[1] === 'http' && text(destination['subset']) !== '',
      )
      .map(({ destination }) => text(destination['host']))
    return [...new Set(sent.filter(host => hosts.includes(host)))]
  },
}

/** Every destination exists, and names a port where there are several. */
export const destinationHosts: EachAnalyzer = {
  name: 'virtualservice.DestinationHostAnalyzer',
  each: [kind],
  analyze(virtualService, world, report) {
    const exportTo = texts(virtualService.spec?.['exportTo'])
    for (const { destination, path, isMirror } of destinationsOf(virtualService)) {
      const host = text(destination['host'])
      const found = findHost(world, host, namespaceOf(virtualService), exportTo)
      if (found === undefined) {
        report(virtualService, referencedResourceNotFound, [isMirror ? 'mirror host' : 'host', host], {
          path: [...path, 'host'],
        })
        continue
      }
      const ports = found.ports.map(port => port.number)
      const wanted = number(at(destination, 'port', 'number'))
      if (wanted === undefined) {
        if (ports.length > 1) report(virtualService, portSelectorRequired, [host, ports], { path })
      } else if (!ports.includes(wanted))
        report(virtualService, referencedResourceNotFound, ['host:port', `${host}:${wanted}`], {
          path: [...path, 'port', 'number'],
          evidence: [`its ports are ${ports.join(', ') || 'none'}`],
        })
    }
    if (texts(virtualService.spec?.['gateways']).length > 0) atGateway(virtualService, world, report)
  },
}

/** What comes in through a gateway is routed there: the mesh's own split of the same host is not asked again. */
function atGateway(virtualService: MeshObject, world: World, report: Report): void {
  for (const { destination, path, isMirror } of destinationsOf(virtualService)) {
    if (isMirror || path[1] !== 'http' || text(destination['subset']) !== '') continue
    for (const other of world.find(subsetRoutes, text(destination['host'])))
      report(virtualService, ingressRouteNotAffected, [nameOf(other), nameOf(virtualService)], {
        path: [...path, 'host'],
      })
  }
}
