import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { items, record } from '#shared/config/world/read.ts'
import { annotations, isIstios } from './annotation-table.ts'
import { alphaAnnotation } from './messages.ts'

/** Written by istiod itself where the CNI plugin redirects traffic. */
const byDefault = new Set([
  'sidecar.istio.io/interceptionMode',
  'traffic.sidecar.istio.io/includeInboundPorts',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'traffic.sidecar.istio.io/includeOutboundIPRanges',
])

/** Not asked by default, as with Istio's own command: it speaks of much that is well. */
export const alphaAnnotations: EachAnalyzer = {
  name: 'maturity.AlphaAnalyzer',
  each: ['/Namespace', '/Service', '/Pod', 'apps/Deployment'],
  analyze(object, _, report) {
    const hasInit = items(record(object.spec)['initContainers']).some(container => container['name'] === 'istio-init')
    const isByCni = object.kind === 'Pod' && !hasInit
    for (const name of Object.keys(object.metadata.annotations ?? {})) {
      if (!isIstios(name) || annotations.get(name)?.status !== 'alpha') continue
      if (name === 'sidecar.istio.io/status' || (isByCni && byDefault.has(name))) continue
      report(object, alphaAnnotation, [name], { path: ['metadata', 'annotations', name] })
    }
  },
}
