import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { isDeploymentInMesh } from '#shared/config/world/membership.ts'
import { at, textMap } from '#shared/config/world/read.ts'
import { workloadUncovered } from './messages.ts'
import { actionOf, isBoundToTarget } from './rules.ts'
import { selectorLabels } from './workloads.ts'

/** Workloads that anybody may call. True of most meshes, so it is asked by name only. */
export const uncoveredWorkloads: EachAnalyzer = {
  name: 'weft.UncoveredWorkloads',
  each: ['apps/Deployment'],
  analyze(deployment, world, report) {
    if (!isDeploymentInMesh(world, deployment)) return
    const labels = textMap(at(deployment.spec, 'template', 'metadata', 'labels'))
    const places = [...new Set([deployment.metadata.namespace ?? '', world.settings.rootNamespace])]
    const isCovered = places
      .flatMap(place => world.list('security.istio.io/AuthorizationPolicy', place))
      .some(
        policy => actionOf(policy) !== 'AUDIT' && !isBoundToTarget(policy) && hasLabels(labels, selectorLabels(policy)),
      )
    if (!isCovered) report(deployment, workloadUncovered, [])
  },
}
