import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { at, has, items, number, record, text } from '#shared/config/world/read.ts'
import { deprecated } from './messages.ts'

/** Kinds that Istio has taken away, by group. */
const removed: Record<string, readonly string[]> = {
  'rbac.istio.io': ['ClusterRbacConfig', 'RbacConfig', 'ServiceRole', 'ServiceRoleBinding'],
}

export const deprecation: EachAnalyzer = {
  name: 'deprecation.FieldAnalyzer',
  each: [
    'networking.istio.io/VirtualService',
    'networking.istio.io/Sidecar',
    'apiextensions.k8s.io/CustomResourceDefinition',
  ],
  analyze(object, _, report) {
    const spec = object.spec ?? {}
    if (object.kind === 'VirtualService')
      for (const [index, rule] of items(spec['http']).entries())
        if ((number(at(rule, 'fault', 'delay', 'percent')) ?? 0) > 0)
          report(object, deprecated, ['fault.delay.percent is deprecated: write percentage.value.'], {
            path: ['spec', 'http', index, 'fault', 'delay', 'percent'],
          })
    if (object.kind === 'Sidecar' && has(record(spec['outboundTrafficPolicy']), 'egressProxy'))
      report(object, deprecated, ['outboundTrafficPolicy.egressProxy is ignored.'], {
        path: ['spec', 'outboundTrafficPolicy', 'egressProxy'],
      })
    if (object.kind === 'CustomResourceDefinition') {
      const [group, kind] = [text(spec['group']), text(at(spec, 'names', 'kind'))]
      if (removed[group]?.includes(kind))
        report(object, deprecated, [`Istio has removed the kind ${kind} of ${group}.`])
    }
  },
}
