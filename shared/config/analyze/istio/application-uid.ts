import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { containersOf, isControlPlane, podSpecOf } from '#shared/config/world/membership.ts'
import { record } from '#shared/config/world/read.ts'
import { invalidApplicationUid } from './messages.ts'

const proxyUid = 1337
const own = new Set(['istio-proxy', 'istio-operator'])

export const applicationUid: EachAnalyzer = {
  name: 'deployment.ApplicationUIDAnalyzer',
  each: ['/Pod', 'apps/Deployment'],
  analyze(object, _, report) {
    if (isControlPlane(object)) return
    const path = object.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec']
    const isProxys = (context: unknown) => record(context)['runAsUser'] === proxyUid
    if (isProxys(podSpecOf(object)['securityContext']))
      report(object, invalidApplicationUid, [], { path: [...path, 'securityContext', 'runAsUser'] })
    for (const [index, container] of containersOf(object).entries())
      if (!own.has(String(container['name'])) && isProxys(container['securityContext']))
        report(object, invalidApplicationUid, [], {
          path: [...path, 'containers', index, 'securityContext', 'runAsUser'],
        })
  },
}
