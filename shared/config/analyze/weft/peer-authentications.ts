import type { GatherAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { oldestFirst } from '#shared/config/world/age.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { hasPeerSelector, peerSelector } from '#shared/config/world/mtls.ts'
import { refOf } from '#shared/mesh/object.ts'
import { peerAuthenticationOutranked } from './messages.ts'

/** One policy for a namespace, one for a workload: of several, the oldest acts and the others wait. */
export const peerAuthentications: GatherAnalyzer = {
  name: 'weft.PeerAuthentications',
  gather: ['security.istio.io/PeerAuthentication'],
  units: ({ metadata }) => [metadata.namespace ?? ''],
  analyze(members, world, report, namespace) {
    const [winner, ...rest] = oldestFirst(members.filter(policy => !hasPeerSelector(policy)))
    if (winner)
      for (const policy of rest)
        report(policy, peerAuthenticationOutranked, [winner.metadata.name, `all of ${namespace}`], {
          path: ['spec'],
          related: [refOf(winner)],
        })
    const taken = new Map<string, typeof winner>()
    for (const policy of oldestFirst(members.filter(hasPeerSelector))) {
      const pods = podsSelected(world, namespace, peerSelector(policy)).map(({ metadata }) => metadata.name)
      const lost = pods.filter(pod => taken.has(pod))
      const rival = lost[0] === undefined ? undefined : taken.get(lost[0])
      if (rival)
        report(
          policy,
          peerAuthenticationOutranked,
          [rival.metadata.name, `${lost.length} of its ${pods.length} pods`],
          {
            path: ['spec', 'selector'],
            evidence: lost.slice(0, 5),
            related: [refOf(rival)],
          },
        )
      for (const pod of pods) if (!taken.has(pod)) taken.set(pod, policy)
    }
  },
}
