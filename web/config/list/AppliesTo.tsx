import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigRow } from '#shared/config/api.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { cutMiddle, none } from '#web/ui/format.ts'

const shownHosts = 1

/** The workloads and pods a row selects, the hosts it is about, or the labels the mesh reads of it. */
export function AppliesTo({ row }: { row: ConfigRow }): ReactNode {
  const { t } = useTranslation('config')
  const labels = Object.entries(row.meshLabels ?? {}).map(pair => pair.join('='))
  const words = row.hosts.length > 0 ? row.hosts : labels
  const more = words.length - shownHosts
  if (words.length === 0 && row.workloads === null) return <span className="t3">{none}</span>
  return (
    <span title={words.join('\n')}>
      {row.workloads === 0 && meshKind(row.ref.group, row.ref.kind) !== undefined ? (
        // A namespace may well be empty; what selects nothing was meant to select something.
        <span className="c-degraded">{t($ => $.list.selectsNothing)}</span>
      ) : (
        row.workloads !== null && (
          <>
            {t($ => $.list.workloads, { count: row.workloads })}
            {row.pods !== null && <span className="t3">, {t($ => $.list.pods, { count: row.pods })}</span>}
          </>
        )
      )}
      {words.slice(0, shownHosts).map(word => (
        <span key={word} className="mono">
          {row.workloads !== null && ' '}
          {cutMiddle(word, 44)}
        </span>
      ))}
      {more > 0 && <span className="t3"> {t($ => $.list.more, { count: more })}</span>}
    </span>
  )
}
