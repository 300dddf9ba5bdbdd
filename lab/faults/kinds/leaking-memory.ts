import type { FaultKind } from '#lab/faults/world.ts'

const mebibyte = 2 ** 20

/** Memory grows, collecting garbage takes more and more time, and in the end the kernel kills it. */
export const leakingMemory: FaultKind = {
  name: 'leaking-memory',
  about: 'One pod of a service leaks memory until it is killed.',
  isByHandOnly: false,
  targets({ look }) {
    return [...look().snapshot.workloads.values()]
      .filter(workload => workload.proxy !== 'gateway' && workload.proxy !== 'waypoint' && workload.ready.length > 1)
      .filter(
        workload => workload.labels['istio'] === undefined && workload.app !== 'istiod' && workload.app !== 'ztunnel',
      )
      .map(workload => workload.key)
      .toSorted()
  },
  begin(world, target, strength) {
    const pod = world.look().snapshot.workloads.get(target)?.ready[0]
    if (pod === undefined) return { end: () => undefined }
    const name = `${pod.namespace}/${pod.name}`
    world.leak(name, Math.round(4 * mebibyte * strength))
    return {
      // Two minutes of leaking double the time its garbage collector takes from requests.
      disturbances: elapsed => [
        {
          kind: 'pods',
          where: { workload: target, pod: pod.name },
          effect: { latency: 1 + (elapsed / 120) * strength },
        },
      ],
      end: () => world.leak(name, 0),
    }
  },
}
