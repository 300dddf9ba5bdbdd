import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { destinationsOf } from '#shared/config/analyze/istio/destinations.ts'
import { exportScopes, findHost, isSeenFrom } from '#shared/config/world/hosts.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { text, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { gatewaysOf } from './gateway-routes.ts'
import { destinationHidden } from './messages.ts'

/** A rule is read by callers of several namespaces: what it sends them to has to be exported to each. */
export const readers: EachAnalyzer = {
  name: 'weft.Readers',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    const exported = texts(virtualService.spec?.['exportTo'])
    const who = readersOf(virtualService, world)
    for (const { destination, path } of destinationsOf(virtualService)) {
      const host = text(destination['host'])
      const found = findHost(world, host, virtualService.metadata.namespace ?? '', exported)
      // That nobody sees it, Istio says.
      if (!found || found.scopes.includes('*')) continue
      const blind = who.filter(reader => !isSeenFrom(found.scopes, reader))
      if (blind.length > 0)
        report(
          virtualService,
          destinationHidden,
          [host, blind.map(name => (name === '*' ? 'everywhere else' : name))],
          {
            path: [...path, 'host'],
            evidence: [`it is exported to ${found.scopes.join(', ')}`],
            related: [refOf(found.object)],
          },
        )
    }
  },
}

/** Namespaces whose proxies follow the rule: of callers in the mesh, and of the gateways it stands at. */
function readersOf(virtualService: MeshObject, world: World): string[] {
  const namespace = virtualService.metadata.namespace ?? ''
  const written = texts(virtualService.spec?.['gateways'])
  const scopes = exportScopes(texts(virtualService.spec?.['exportTo']), namespace)
  const isForMesh = written.length === 0 || written.includes('mesh')
  const readersInMesh = isForMesh
    ? scopes.filter(scope => scope !== '~' && (scope !== '*' || isCalledEverywhere(virtualService, world)))
    : []
  const atGateways = gatewaysOf(virtualService).flatMap(name => {
    const [place = '', gateway = ''] = name.split('/')
    const found = world.get('networking.istio.io/Gateway', place, gateway)
    const selector = textMap(found?.spec?.['selector'])
    return Object.keys(selector).length === 0
      ? []
      : podsSelected(world, null, selector).map(({ metadata }) => metadata.namespace ?? '')
  })
  return [...new Set([...readersInMesh, ...atGateways])].toSorted()
}

/** Whether its hosts themselves are there for everybody: what nobody else can call, nobody else is sent anywhere by. */
const isCalledEverywhere = (virtualService: MeshObject, world: World): boolean =>
  texts(virtualService.spec?.['hosts']).some(host => {
    const found = findHost(world, host, virtualService.metadata.namespace ?? '')
    return found === undefined || found.scopes.includes('*')
  })
