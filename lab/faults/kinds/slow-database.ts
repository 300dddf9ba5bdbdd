import { disturbing, type FaultKind } from '#lab/faults/world.ts'

/** Whoever asks it waits, up to the storefront. */
export const slowDatabase: FaultKind = {
  name: 'slow-database',
  about: 'A database answers forty times slower and serves half as much.',
  isByHandOnly: false,
  targets({ look }) {
    const { plan } = look()
    const asked = new Set<string>()
    for (const node of plan.nodes)
      for (const { flows } of node.calls)
        for (const { flow, outcomes } of flows)
          if (flow.protocol === 'tcp')
            for (const { outcome } of outcomes) if (outcome.destination) asked.add(outcome.destination.key)
    return [...asked].toSorted()
  },
  begin: (_, workload, strength) =>
    disturbing({
      kind: 'pods',
      where: { workload },
      effect: { latency: 1 + 39 * strength, capacity: 1 - 0.5 * strength },
    }),
}
