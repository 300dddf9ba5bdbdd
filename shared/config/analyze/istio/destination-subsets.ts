import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { fullHost, serviceNameOf } from '#shared/config/world/hosts.ts'
import { items, text } from '#shared/config/world/read.ts'
import type { Index } from '#shared/config/world/world.ts'
import { destinationsOf } from './destinations.ts'
import { referencedResourceNotFound } from './messages.ts'
import { namespaceOf } from './names.ts'

/** Hosts that are no Services keep their name; `reviews` and `reviews.shop` mean what their full name says. */
const hostKey = (host: string, namespace: string): string => {
  const full = fullHost(host, namespace)
  const service = serviceNameOf(full)
  return service ? `${service.name}.${service.namespace}` : full
}

export const subsetsByHost: Index = {
  name: 'subsetsByHost',
  of: ['networking.istio.io/DestinationRule'],
  keys: rule =>
    items(rule.spec?.['subsets']).map(
      subset => `${hostKey(text(rule.spec?.['host']), namespaceOf(rule))}|${text(subset['name'])}`,
    ),
}

/** A subset is what a DestinationRule of that host says it is. */
export const destinationSubsets: EachAnalyzer = {
  name: 'virtualservice.DestinationRuleAnalyzer',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    for (const { destination, path, isMirror } of destinationsOf(virtualService)) {
      const [host, subset] = [text(destination['host']), text(destination['subset'])]
      if (subset === '') continue
      const key = `${hostKey(host, namespaceOf(virtualService))}|${subset}`
      if (world.find(subsetsByHost, key).length === 0) {
        const what = `${isMirror ? 'mirror' : 'host'}+subset in destinationrule`
        report(virtualService, referencedResourceNotFound, [what, `${host}+${subset}`], { path: [...path, 'subset'] })
      }
    }
  },
}
