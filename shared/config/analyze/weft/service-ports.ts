import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels, podsSelected } from '#shared/config/world/labels.ts'
import { isControlPlane, isSystemNamespace } from '#shared/config/world/membership.ts'
import { at, items, number, record, text, textMap } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { appProtocolUnknown, targetPortMissing, targetPortUndeclared } from './messages.ts'

/** Istio docs, "Explicit protocol selection", and Kubernetes' own names. */
const protocols = new Set([
  'http',
  'http2',
  'https',
  'grpc',
  'grpc-web',
  'tcp',
  'tls',
  'udp',
  'mongo',
  'mysql',
  'redis',
  'hbone',
  'kubernetes.io/h2c',
  'kubernetes.io/ws',
  'kubernetes.io/wss',
])

/** Ports of a Service that lead nowhere, and protocols that Istio does not know. */
export const servicePorts: EachAnalyzer = {
  name: 'weft.ServicePorts',
  each: ['/Service'],
  analyze(service, world, report) {
    const namespace = service.metadata.namespace ?? ''
    if (isSystemNamespace(namespace) || isControlPlane(service) || isGateway(service)) return
    const ports = items(service.spec?.['ports'])
    for (const [index, port] of ports.entries()) {
      const protocol = text(port['appProtocol'])
      if (protocol !== '' && !protocols.has(protocol.toLowerCase()))
        report(service, appProtocolUnknown, [protocol], { path: ['spec', 'ports', index, 'appProtocol'] })
    }
    const selector = textMap(service.spec?.['selector'])
    if (Object.keys(selector).length === 0) return
    const specs = podSpecs(world, namespace, selector)
    const declared = specs.flatMap(spec => items(spec['containers']).flatMap(container => items(container['ports'])))
    if (specs.length === 0) return
    for (const [index, port] of ports.entries()) {
      const target = port['targetPort'] ?? port['port']
      const hasName = typeof port['targetPort'] === 'string'
      if (hasName && !declared.some(known => known['name'] === target))
        report(service, targetPortMissing, [text(target)], { path: ['spec', 'ports', index, 'targetPort'] })
      // A container need not declare what it listens on; one that declares others probably does not.
      if (!hasName && declared.length > 0 && !declared.some(known => number(known['containerPort']) === target))
        report(service, targetPortUndeclared, [number(target) ?? 0], {
          path: ['spec', 'ports', index, port['targetPort'] === undefined ? 'port' : 'targetPort'],
        })
    }
  },
}

const isGateway = ({ metadata: { labels = {} } }: MeshObject): boolean =>
  labels['gateway.networking.k8s.io/gateway-name'] !== undefined || labels['gateway.istio.io/managed'] !== undefined

/** Of pods; where manifests hold none, of the Deployments that would make them. */
function podSpecs(world: World, namespace: string, selector: Readonly<Record<string, string>>): Json[] {
  const pods = podsSelected(world, namespace, selector)
  if (pods.length > 0) return pods.map(pod => record(pod.spec))
  return world
    .list('apps/Deployment', namespace)
    .map(deployment => record(deployment.spec?.['template']))
    .filter(template => hasLabels(textMap(at(template, 'metadata', 'labels')), selector))
    .map(template => record(template['spec']))
}
