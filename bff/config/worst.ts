import { type ConfigQuery, type ConfigRow, type ConfigState, worstShown } from '#shared/config/api.ts'
import { type Finding, findingRank } from '#shared/config/finding.ts'
import { keyOf } from '#shared/mesh/object.ts'
import type { Deps } from './deps.ts'
import { seenBy, seenFindings } from './seen.ts'

/** The worst few of what was found, as somebody may read it. */
export async function worstFindingsOf(
  deps: Pick<Deps, 'rights' | 'mirror'>,
  read: (query: ConfigQuery, user: string) => Promise<ConfigState>,
  { namespaces }: ConfigQuery,
  user: string,
): Promise<Pick<Finding, 'code' | 'level' | 'object' | 'message'>[]> {
  const { rows } = await read({ namespaces: [] }, user)
  const worst = worstRows(rows, namespaces)
  const found = await deps.mirror.ask(analysis => worst.flatMap(({ ref }) => analysis.findingsOf(ref)))
  const told = seenFindings(found, await seenBy(deps, user))
  return worstOf(told).map(({ code, level, object, message }) => ({ code, level, object, message }))
}

/** Objects with errors come before those with warnings: among as many objects as findings are shown are the worst. */
export const worstRows = (rows: readonly ConfigRow[], namespaces: readonly string[]): ConfigRow[] =>
  rows
    .filter(
      ({ ref, findings: { Error: errors, Warning: warnings } }) =>
        errors + warnings > 0 && (namespaces.length === 0 || namespaces.includes(ref.namespace)),
    )
    .toSorted(
      ({ ref: a, findings: one }, { ref: b, findings: other }) =>
        other.Error - one.Error || other.Warning - one.Warning || (keyOf(a) < keyOf(b) ? -1 : 1),
    )
    .slice(0, worstShown)

const worstOf = (findings: readonly Finding[]): Finding[] =>
  findings
    .filter(({ level }) => level !== 'Info')
    .toSorted((a, b) => findingRank[b.level] - findingRank[a.level])
    .slice(0, worstShown)
