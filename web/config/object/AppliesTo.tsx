import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigRow } from '#shared/config/api.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { cutMiddle } from '#web/ui/format.ts'

const most = 40

/** The workloads and pods it selects, the hosts it is about, the labels the mesh reads of it. */
export function AppliesTo({ row }: { row: ConfigRow }): ReactNode {
  const { t } = useTranslation('config')
  const labels = Object.entries(row.meshLabels ?? {}).map(pair => pair.join('='))
  const { workloads } = row
  const selectsNothing = workloads === 0 && meshKind(row.ref.group, row.ref.kind) !== undefined
  return (
    <section>
      <h2>{t($ => $.object.applies)}</h2>
      {workloads === null ? (
        row.hosts.length === 0 && <p className="t3">{t($ => $.object.selectsNothing)}</p>
      ) : selectsNothing ? (
        <p className="c-degraded">{t($ => $.object.selectsNone)}</p>
      ) : (
        <p>
          {t($ => $.list.workloads, { count: workloads })}, {t($ => $.list.pods, { count: row.pods ?? 0 })}
        </p>
      )}
      <Names title={t($ => $.object.hosts)} names={row.hosts} />
      <Names title={t($ => $.object.meshLabels)} names={labels} />
    </section>
  )
}

function Names({ title, names }: { title: string; names: readonly string[] }): ReactNode {
  const { t } = useTranslation('config')
  if (names.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul className="names">
        {names.slice(0, most).map(name => (
          <li key={name} className="mono" title={name}>
            {cutMiddle(name, 60)}
          </li>
        ))}
        {names.length > most && <li className="t3">{t($ => $.list.more, { count: names.length - most })}</li>}
      </ul>
    </>
  )
}
