import { disturbing, type FaultKind } from '#lab/faults/world.ts'

export const trafficStorm: FaultKind = {
  name: 'traffic-storm',
  about: 'Four times as many requests come in at a gateway.',
  isByHandOnly: false,
  targets: ({ look }) => [
    ...new Set(
      look()
        .plan.nodes.filter(node => node.origin !== null && node.workload?.proxy === 'gateway')
        .map(node => node.workload?.key ?? '')
        .toSorted(),
    ),
  ],
  begin: (_, workload, strength) => disturbing({ kind: 'origin', workload, rate: 1 + 3 * strength }),
}
