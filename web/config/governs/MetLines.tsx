import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { metBy, type MetHop } from '#shared/config/met.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { Go } from '#web/config/intents/Go.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { objectHref } from '#web/config/names.ts'
import { useList } from '#web/config/view.ts'
import { Because } from './Because.tsx'
import { rankOf } from './findings.ts'

/** The objects that a hop of a trace met, each by itself: those that its flags or status speak of are told so. */
export function MetLines({ hop, onGo }: { hop: MetHop; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const { state, refusal, outage } = useList()
  const met = state === null ? null : metBy(state.rows, hop)
  return (
    <section className="why" aria-label={t($ => $.governs.met)}>
      <h3>{t($ => $.governs.met)}</h3>
      {met === null && (
        <p className="t3" role="status">
          {refusal ?? outage?.because ?? t($ => $.list.faces.loading)}
        </p>
      )}
      {met?.length === 0 && <p className="t2">{t($ => $.governs.metNone)}</p>}
      {met?.map(({ row, why, sign }) => (
        <Go
          key={keyOf(row.ref)}
          className="met"
          href={`${objectHref(row.ref)}${rankOf(row.findings) > 0 ? '?tab=findings' : ''}`}
          onGo={onGo}
        >
          <span className="row">
            <span className="mono cut">
              {row.ref.namespace === '' ? row.ref.name : `${row.ref.namespace}/${row.ref.name}`}
            </span>
            <span className="grow" />
            {rankOf(row.findings) > 0 && <FindingCounts findings={row.findings} />}
          </span>
          <span className="t3 s11">
            <Kind of={row.ref} /> · <Because why={why} />
          </span>
          {sign !== null && <span className="c-degraded s11">{t($ => $.governs.metSign, { sign })}</span>}
        </Go>
      ))}
    </section>
  )
}
