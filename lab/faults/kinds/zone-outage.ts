import type { FaultKind, FaultWorld } from '#lab/faults/world.ts'

const zoneLabel = 'topology.kubernetes.io/zone'
const nodesIn = ({ store }: FaultWorld, zone: string): string[] =>
  store
    .list('nodes')
    .filter(node => node.metadata.labels?.[zoneLabel] === zone)
    .map(node => node.metadata.name)

/** Every pod there is out of its Services; whoever is elsewhere carries the load. */
export const zoneOutage: FaultKind = {
  name: 'zone-outage',
  about: 'The nodes of one zone are gone.',
  isByHandOnly: false,
  targets: ({ store }) => {
    const zones = new Set(store.list('nodes').flatMap(node => node.metadata.labels?.[zoneLabel] ?? []))
    // The only zone there is cannot be spared.
    return zones.size > 1 ? [...zones].toSorted() : []
  },
  begin(world, zone, strength) {
    const all = nodesIn(world, zone)
    const lost = all.slice(0, Math.max(1, Math.ceil(all.length * strength)))
    for (const node of lost) world.setNodeReady(node, false)
    return {
      end: () => {
        for (const node of lost) world.setNodeReady(node, true)
      },
    }
  },
}
