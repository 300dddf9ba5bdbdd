import type { GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { selectorText } from '#shared/config/world/labels.ts'
import { at, text, textMap } from '#shared/config/world/read.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { groupAccountUnknown, groupsAlike } from './messages.ts'

const labelsOf = (group: MeshObject): string => selectorText(textMap(at(group.spec, 'metadata', 'labels')))

/** Groups of workloads outside Kubernetes: whose account they have, and whether one can tell them apart. */
export const workloadGroups: GatherAnalyzer = {
  name: 'weft.WorkloadGroups',
  gather: ['networking.istio.io/WorkloadGroup'],
  units: ({ metadata }) => [metadata.namespace ?? ''],
  analyze(members, world, report, namespace) {
    for (const group of members) {
      const account = text(at(group.spec, 'template', 'serviceAccount'))
      const isKnown = account === 'default' || world.get('/ServiceAccount', namespace, account) !== undefined
      if (account !== '' && world.has('/ServiceAccount') && !isKnown)
        report(group, groupAccountUnknown, [`${namespace}/${account}`], {
          path: ['spec', 'template', 'serviceAccount'],
        })
      const twins = members.filter(
        other => other !== group && labelsOf(other) !== '' && labelsOf(other) === labelsOf(group),
      )
      if (twins.length > 0)
        report(group, groupsAlike, [twins.map(({ metadata }) => metadata.name), labelsOf(group)], {
          path: ['spec', 'metadata', 'labels'],
          related: twins.map(refOf),
        })
    }
  },
}
