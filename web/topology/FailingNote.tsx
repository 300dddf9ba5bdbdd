import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import type { FailingPath } from '#shared/topology/failing-path.ts'
import { absolute, clock, cutMiddle } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { detailQuery, type Params } from './query.ts'

const most = 6

/** The note in the corner of the map: which path fails, hop by hop, and the way to ask why. */
export function FailingNote(props: { path: FailingPath; params: Params; onSelect: (id: string) => void }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const { hops, edges, health } = props.path
  // The edge deepest down the path is where it starts to go wrong.
  const worst = edges.at(-1) ?? ''
  const { data } = useQuery({ ...detailQuery(props.params, worst), enabled: worst !== '' })
  const since = data?.failingSince ?? null
  const first = hops[0]?.name ?? ''
  const last = hops.at(-1)?.name ?? ''
  const shown = hops.length > most ? [...hops.slice(0, 2), null, ...hops.slice(2 - most + 1)] : hops
  return (
    <aside className="note" aria-label={t($ => $.topology.note.one)}>
      <div className="row" style={{ gap: 6 }}>
        <HealthMark health={health} />
        <span className="strong" title={since === null ? undefined : absolute(since, language)}>
          {since === null ? t($ => $.topology.note.one) : t($ => $.topology.note.oneSince, { at: clock(since) })}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="link"
          aria-label={t($ => $.topology.note.whyOf, { from: first, to: last })}
          onClick={() => props.onSelect(worst)}
        >
          {t($ => $.topology.note.why)}
        </button>
      </div>
      <div className="hops mono" title={hops.map(({ name }) => name).join(' › ')}>
        {shown.map((hop, index) => (
          <Fragment key={hop?.id ?? 'gap'}>
            {index > 0 && <i aria-hidden="true">›</i>}
            <span
              className={hop !== null && hop.health !== 'healthy' && hop.health !== 'unknown' ? `c-${hop.health}` : ''}
            >
              {hop === null ? '…' : cutMiddle(hop.name, 18)}
            </span>
          </Fragment>
        ))}
      </div>
    </aside>
  )
}
