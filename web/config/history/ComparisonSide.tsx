import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { keyOf } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { DiffView } from '#web/config/editor/dialog/DiffView.tsx'
import { comparisonQuery } from './query.ts'
import { Facts } from './RevisionSide.tsx'
import { Side } from './Side.tsx'

/** What lies between an object after one change and an object after another: the older one first. */
export function ComparisonSide(props: {
  picks: readonly [string, string]
  onClose: () => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const [from, to] = props.picks.toSorted((a, b) => Number(a) - Number(b)) as [string, string]
  const { data, error, refetch } = useQuery(comparisonQuery(from, to))
  return (
    <Side title={t($ => $.history.comparison)} onClose={props.onClose}>
      {data !== undefined ? (
        <>
          <div className="ends">
            <p className="t3">{t($ => $.history.after)}</p>
            <Facts entry={data.from} onGo={props.onGo} />
            <p className="t3">{t($ => $.history.andAfter)}</p>
            <Facts entry={data.to} onGo={props.onGo} />
          </div>
          {keyOf(data.from.object) !== keyOf(data.to.object) && (
            <p className="note degraded">{t($ => $.history.twoObjects)}</p>
          )}
          {data.diff.length === 0 ? (
            <p className="t2">{t($ => $.history.same)}</p>
          ) : (
            <DiffView key={`${from} ${to}`} outcome={data} title={t($ => $.history.diff)} isPast />
          )}
        </>
      ) : error === null ? (
        <p className="t3" role="status">
          {t($ => $.history.reading)}
        </p>
      ) : (
        <p className="note degraded" role="alert">
          {problemFrom(error).detail}{' '}
          <button type="button" className="link" onClick={() => void refetch()}>
            {t($ => $.object.again)}
          </button>
        </p>
      )}
    </Side>
  )
}
