import type { GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { exportScopes, fullHost } from '#shared/config/world/hosts.ts'
import { texts } from '#shared/config/world/read.ts'
import { refOf } from '#shared/mesh/object.ts'
import { conflictingMeshGatewayHosts } from './messages.ts'
import { nameOf, namespaceOf } from './names.ts'

/** Inside the mesh a host belongs to one VirtualService; rivals are not merged as they are at a gateway. */
export const meshHosts: GatherAnalyzer = {
  name: 'virtualservice.ConflictingMeshGatewayHostsAnalyzer',
  gather: ['networking.istio.io/VirtualService'],
  units(virtualService) {
    const gateways = texts(virtualService.spec?.['gateways'])
    if (gateways.length > 0 && !gateways.includes('mesh')) return []
    const namespace = namespaceOf(virtualService)
    return [...new Set(texts(virtualService.spec?.['hosts']).map(host => fullHost(host, namespace)))]
  },
  analyze(members, _, report, host) {
    if (members.length < 2) return
    const known = members.map(object => ({
      object,
      scopes: exportScopes(texts(object.spec?.['exportTo']), namespaceOf(object)),
    }))
    for (const { object, scopes } of known)
      for (const scope of scopes) {
        // Whoever is seen wherever this one is; one that is seen in fewer places is told of itself.
        const together = known.filter(other => other.scopes.includes('*') || other.scopes.includes(scope))
        if (!together.some(other => other.object !== object)) continue
        const all = together.some(other => other.object === object) ? together : [{ object, scopes }, ...together]
        const names = all.map(other => nameOf(other.object))
        const related = all.filter(other => other.object !== object).map(other => refOf(other.object))
        report(object, conflictingMeshGatewayHosts, [names, host], { path: ['spec', 'hosts'], related })
        break
      }
  },
}
