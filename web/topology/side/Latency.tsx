import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Detail } from '#shared/topology/api.ts'
import { duration, times } from '#web/ui/format.ts'

/** Twice its own last day is worth a colour. */
const slow = 2

/** p50, p95, p99 as bars; the tick is the same quantile over the last day. */
export function Latency({ detail }: { detail: Detail }): ReactNode {
  const { t } = useTranslation('side')
  const known = detail.quantiles.filter(({ duration: now }) => now !== null)
  const hasDay = known.some(({ dayDuration }) => dayDuration !== null)
  const top = Math.max(...known.flatMap(({ duration: now, dayDuration }) => [now ?? 0, dayDuration ?? 0]), 0) * 1.04
  return (
    <section>
      <h3>
        <span>{t($ => $.latency)}</span>
        <span>{t($ => (hasDay ? $.againstDay : $.noDay))}</span>
      </h3>
      {known.length === 0 ? (
        <p className="t3">{t($ => $.noLatency)}</p>
      ) : (
        <div className="lat">
          {known.map(({ quantile, duration: now, dayDuration }) => {
            const factor = now === null || dayDuration === null || dayDuration === 0 ? null : now / dayDuration
            const isSlow = factor !== null && factor >= slow
            return (
              <Bar
                key={quantile}
                name={`p${Math.round(quantile * 1000) / 10}`}
                part={(now ?? 0) / top}
                day={dayDuration === null ? null : dayDuration / top}
                text={duration(now)}
                factor={factor === null ? '' : times(factor)}
                isSlow={isSlow}
              />
            )
          })}
        </div>
      )}
    </section>
  )
}

function Bar(props: {
  name: string
  part: number
  day: number | null
  text: string
  factor: string
  isSlow: boolean
}): ReactNode {
  const colour = props.isSlow ? 'var(--degraded-mark)' : 'var(--healthy-mark)'
  return (
    <>
      <span className="t3">{props.name}</span>
      <div className="track" aria-hidden="true">
        <i style={{ width: `${(props.part * 100).toFixed(1)}%`, background: colour }} />
        {props.day !== null && <u style={{ left: `${(props.day * 100).toFixed(1)}%` }} />}
      </div>
      <span className={`num ${props.isSlow ? 'strong c-degraded' : ''}`}>{props.text}</span>
      <span className={`num ${props.isSlow ? 'c-degraded' : 't3'}`}>{props.factor}</span>
    </>
  )
}
