import type { CertificateFact } from '#shared/security/api.ts'
import type { OverviewData } from '#web/overview/data.ts'

/** Certificates as the overview draws them: of these namespaces, and the roots of the mesh. */
export const certificateEnds = (
  facts: readonly CertificateFact[],
  chosen: ReadonlySet<string> | null,
): NonNullable<OverviewData['certificates']['list']> =>
  facts
    .filter(({ use, object }) => use === 'root' || chosen === null || chosen.has(object.namespace))
    .map(({ use, object, names, hosts, from, until }, index) => ({
      id: `${index} ${object.namespace}/${object.name}`,
      name: names[0] ?? hosts[0] ?? object.name,
      isRoot: use === 'root',
      from,
      until,
    }))
