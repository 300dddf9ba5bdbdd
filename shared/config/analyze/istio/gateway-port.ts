import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels, labelsOf, podsSelected, selectorText } from '#shared/config/world/labels.ts'
import { has, items, number, record, text, textMap } from '#shared/config/world/read.ts'
import { gatewayPortNotOnService, referencedResourceNotFound } from './messages.ts'
import { namespaceOf } from './names.ts'

/** A Gateway opens ports on pods: some Service should lead to them. */
export const gatewayPort: EachAnalyzer = {
  name: 'gateway.IngressGatewayPortAnalyzer',
  each: ['networking.istio.io/Gateway'],
  analyze(gateway, world, report) {
    const wanted = textMap(gateway.spec?.['selector'])
    const pods = podsSelected(world, null, wanted)
    if (pods.length === 0) {
      report(gateway, referencedResourceNotFound, ['workload with the labels', selectorText(wanted)], {
        path: ['spec', 'selector'],
      })
      return
    }
    const open = new Set<number>()
    for (const pod of pods)
      for (const service of world.list('/Service', namespaceOf(pod))) {
        const selector = textMap(service.spec?.['selector'])
        if (Object.keys(selector).length === 0 || !hasLabels(labelsOf(pod), selector)) continue
        for (const port of items(service.spec?.['ports'])) {
          if ((text(port['protocol']) || 'TCP') !== 'TCP') continue
          const own = number(port['port']) ?? 0
          open.add(own)
          open.add(number(port['targetPort']) ?? own)
        }
      }
    for (const [index, server] of items(gateway.spec?.['servers']).entries()) {
      if (!has(server, 'port')) continue
      const port = number(record(server['port'])['number']) ?? 0
      if (!open.has(port))
        report(gateway, gatewayPortNotOnService, [port, selectorText(wanted)], {
          path: ['spec', 'servers', index, 'port', 'number'],
          evidence: [`ports of its Services: ${[...open].toSorted((a, b) => a - b).join(', ') || 'none'}`],
        })
    }
  },
}
