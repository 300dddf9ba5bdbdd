import type { FaultKind } from '#lab/faults/world.ts'

/** Whatever is written from now on, these proxies go on as before. */
export const proxyOutOfSync: FaultKind = {
  name: 'proxy-out-of-sync',
  about: 'The proxies of a workload no longer take what istiod sends.',
  isByHandOnly: false,
  targets: ({ look }) =>
    [...look().snapshot.workloads.values()]
      .filter(workload => workload.proxy === 'sidecar' && workload.ready.length > 0)
      .map(workload => workload.key)
      .toSorted(),
  begin(world, workload) {
    world.holdProxies(workload, true)
    return { end: () => world.holdProxies(workload, false) }
  },
}
