import type { ConfigRow } from '#shared/config/api.ts'
import { type Governed, whyGoverns } from '#shared/config/governs.ts'

/** Worst first: any error outweighs all warnings. */
export const rankOf = ({ Error: errors, Warning: warnings, Info: infos }: ConfigRow['findings']): number =>
  errors * 1e6 + warnings * 1e3 + infos

/** Findings of all that applies, by subject: asked again and again while a list is sorted and scrolled. */
export function findingsIn(rows: readonly ConfigRow[]): (subject: Governed) => ConfigRow['findings'] {
  const find = indexOf(rows.filter(row => rankOf(row.findings) > 0))
  const known = new Map<string, ConfigRow['findings']>()
  return subject => {
    const key = JSON.stringify(subject)
    const found = known.get(key) ?? sumOf(find(subject))
    known.set(key, found)
    return found
  }
}

function sumOf(rows: readonly ConfigRow[]): ConfigRow['findings'] {
  const sum = { Error: 0, Warning: 0, Info: 0 }
  for (const { findings } of rows) {
    sum.Error += findings.Error
    sum.Warning += findings.Warning
    sum.Info += findings.Info
  }
  return sum
}

/** Rows arranged by what they name, so that thousands of services find theirs in no time. */
function indexOf(rows: readonly ConfigRow[]): (subject: Governed) => ConfigRow[] {
  const byName = new Map<string, ConfigRow[]>()
  const wide: ConfigRow[] = []
  for (const row of rows) {
    const isWide = row.hosts.some(host => host.startsWith('*')) || (row.selects === undefined && row.workloads !== null)
    if (isWide) wide.push(row)
    else
      for (const name of [...row.hosts, ...(row.selects ?? [])]) {
        const known = byName.get(name)
        if (known === undefined) byName.set(name, [row])
        else known.push(row)
      }
  }
  return subject => {
    const { namespace, services, workloads } = subject
    const names = [
      ...services.map(name => `${name}.${namespace}.svc.cluster.local`),
      ...workloads.map(name => `${namespace}/${name}`),
    ]
    const candidates = new Set([...wide, ...names.flatMap(name => byName.get(name) ?? [])])
    return [...candidates].filter(row => whyGoverns(row, subject) !== null)
  }
}
