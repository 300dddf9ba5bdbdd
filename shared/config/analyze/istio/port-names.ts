import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { isControlPlane, isSystemNamespace } from '#shared/config/world/membership.ts'
import { items, number, text } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'
import { externalNamePortName, portName } from './messages.ts'
import { namespaceOf } from './names.ts'

/** Istio docs, "Protocol Selection": `<protocol>[-<suffix>]`, or appProtocol. */
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
  'doublehbone',
])
/** Kubernetes' own names for appProtocol. */
const kubernetes = new Set(['kubernetes.io/h2c', 'kubernetes.io/ws', 'kubernetes.io/wss'])
/** Ports that are never guessed at: their servers speak first. */
const wellKnown = new Set([25, 53, 3306, 27_017])

export const portNames: EachAnalyzer = {
  name: 'service.PortNameAnalyzer',
  each: ['/Service'],
  analyze(service, _, report) {
    if (isSystemNamespace(namespaceOf(service)) || isControlPlane(service)) return
    const isExternalName = service.spec?.['type'] === 'ExternalName'
    for (const [index, port] of items(service.spec?.['ports']).entries()) {
      const path = ['spec', 'ports', index, 'name']
      const isOpenTcp = isExternalName && port['name'] === 'tcp'
      if (isRecognised(port) && !isOpenTcp) continue
      const target = port['targetPort']
      const written = typeof target === 'number' ? String(target) : text(target)
      if (isExternalName) report(service, externalNamePortName, [], { path })
      else report(service, portName, [text(port['name']), number(port['port']) ?? 0, written], { path })
    }
  },
}

function isRecognised(port: Json): boolean {
  if (port['protocol'] === 'UDP') return true
  const name = (text(port['appProtocol']) || text(port['name'])).toLowerCase()
  if (kubernetes.has(name) || name.startsWith('grpc-web')) return true
  return protocols.has(name.split('-')[0] ?? '') || wellKnown.has(number(port['port']) ?? 0)
}
