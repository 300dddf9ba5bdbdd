import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels, labelsOf, podsSelected } from '#shared/config/world/labels.ts'
import { items, record, textMap, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { claimRouteWithoutAuthentication } from './messages.ts'
import { namespaceOf, splitName } from './names.ts'

/** Istio docs, "JWT claim based routing": the gateway's own pods must have validated the token. */
export const claimRoutes: EachAnalyzer = {
  name: 'virtualservice.JWTClaimRouteAnalyzer',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    const key = claimIn(virtualService)
    if (key === undefined) return
    for (const written of texts(virtualService.spec?.['gateways'])) {
      if (written === 'mesh') continue
      const { namespace, name } = splitName(written, namespaceOf(virtualService))
      const gateway = world.get('networking.istio.io/Gateway', namespace, name)
      if (gateway === undefined) continue
      for (const pod of podsSelected(world, null, textMap(gateway.spec?.['selector'])))
        if (!isAuthenticated(world, pod))
          report(virtualService, claimRouteWithoutAuthentication, [key, written, pod.metadata.name])
    }
  },
}

function claimIn(virtualService: MeshObject): string | undefined {
  for (const rule of items(virtualService.spec?.['http']))
    for (const match of items(rule['match']))
      for (const field of ['headers', 'withoutHeaders']) {
        const key = Object.keys(record(match[field])).find(name =>
          name.toLowerCase().startsWith('@request.auth.claims'),
        )
        if (key !== undefined) return key
      }
  return undefined
}

const isAuthenticated = (world: World, pod: MeshObject): boolean =>
  [...new Set([world.settings.rootNamespace, namespaceOf(pod)])].some(namespace =>
    world
      .list('security.istio.io/RequestAuthentication', namespace)
      .some(policy => hasLabels(labelsOf(pod), textMap(record(policy.spec?.['selector'])['matchLabels']))),
  )
