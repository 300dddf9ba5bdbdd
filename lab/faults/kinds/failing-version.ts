import { disturbing, type FaultKind } from '#lab/faults/world.ts'

/** A canary that should not have gone out. */
export const failingVersion: FaultKind = {
  name: 'failing-version',
  about: 'The newest version of a service fails a third of its requests.',
  isByHandOnly: false,
  targets({ look }) {
    const { services } = look().snapshot
    const newest = new Set<string>()
    for (const { endpoints } of services.values()) {
      const versions = endpoints
        .map(({ workload }) => workload)
        .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
      const last = versions.at(-1)
      if (last && versions[0]?.version !== last.version) newest.add(last.key)
    }
    return [...newest].toSorted()
  },
  begin: (_, workload, strength) =>
    disturbing({ kind: 'pods', where: { workload }, effect: { errorRatio: 0.35 * strength } }),
}
