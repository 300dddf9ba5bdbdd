import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { isDeploymentInMesh } from '#shared/config/world/membership.ts'
import { at, items, number, text, textMap } from '#shared/config/world/read.ts'
import { deploymentConflictingPorts, deploymentInMultipleServices } from './messages.ts'
import { nameOf, namespaceOf } from './names.ts'

/** Several Services before one Deployment have to agree on what is spoken at a port. */
export const serviceAssociation: EachAnalyzer = {
  name: 'deployment.ServiceAssociationAnalyzer',
  each: ['apps/Deployment'],
  analyze(deployment, world, report) {
    const isWaypoint = deployment.metadata.labels?.['gateway.istio.io/managed'] === 'istio.io-mesh-controller'
    if (isWaypoint || !isDeploymentInMesh(world, deployment)) return
    const labels = textMap(at(deployment.spec, 'template', 'metadata', 'labels'))
    const protocols = new Map<number, Map<string, string[]>>()
    const targets = new Map<string, Map<number, string>>()
    for (const service of world.list('/Service', namespaceOf(deployment))) {
      const selector = textMap(service.spec?.['selector'])
      if (Object.keys(selector).length === 0 || !hasLabels(labels, selector)) continue
      for (const port of items(service.spec?.['ports'])) {
        const value = number(port['port']) ?? 0
        const byProtocol = protocols.get(value) ?? new Map<string, string[]>()
        protocols.set(value, byProtocol)
        const protocol = text(port['protocol']) || 'TCP'
        byProtocol.set(protocol, [...(byProtocol.get(protocol) ?? []), nameOf(service)])
        const target = port['targetPort']
        const written = typeof target === 'number' && target > 0 ? String(target) : text(target)
        const byPort = targets.get(written || String(value)) ?? new Map<number, string>()
        targets.set(written || String(value), byPort.set(value, nameOf(service)))
      }
    }
    const { name } = deployment.metadata
    const path = ['metadata', 'name']
    for (const [port, byProtocol] of protocols)
      if (byProtocol.size > 1) {
        const services = [...byProtocol.values()].flat().toSorted()
        report(deployment, deploymentInMultipleServices, [name, port, services], { path })
      }
    for (const [target, byPort] of targets)
      if (byPort.size > 1) {
        const ports = [...byPort.keys()].toSorted((a, b) => a - b)
        report(deployment, deploymentConflictingPorts, [name, [...byPort.values()].toSorted(), target, ports], { path })
      }
  },
}
