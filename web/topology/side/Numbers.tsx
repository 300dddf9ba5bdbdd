import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '#shared/mesh/health.ts'
import type { Detail } from '#shared/topology/api.ts'
import { byteRateParts, none, percentParts, type Quantity, rateParts } from '#web/ui/format.ts'
import { SparkBars, Sparkline } from '#web/ui/Sparkline.tsx'

export interface Headline {
  requestRate: number
  byteRate: number
  errorRatio: number | null
  health: Health
  isTcp: boolean
  /** Colour of its line. */
  stroke: string
}

/** The two golden numbers with their last half hour. The numbers are the graph's own and move with it. */
export function Numbers({ headline, detail }: { headline: Headline; detail: Detail | undefined }): ReactNode {
  const { t } = useTranslation('side')
  const { isTcp, health } = headline
  const what = isTcp ? t($ => $.bytes) : t($ => $.requests)
  const traffic = isTcp ? byteRateParts(headline.byteRate) : rateParts(headline.requestRate, 'req')
  const wrong = isTcp ? t($ => $.failed) : t($ => $.errors)
  const errors: Quantity = headline.errorRatio === null ? { value: none, unit: '' } : percentParts(headline.errorRatio)
  const isWrong = (headline.errorRatio ?? 0) > 0 && (health === 'failing' || health === 'degraded')
  return (
    <section className="pair">
      <div>
        <h3>{what}</h3>
        <Big quantity={traffic} />
        {detail === undefined ? (
          <Waiting />
        ) : (
          <Sparkline
            values={detail.rate.values}
            stroke={headline.stroke}
            label={sparkName(
              t($ => $.halfHour),
              what,
              traffic,
            )}
          />
        )}
      </div>
      <div>
        <h3>{wrong}</h3>
        <Big quantity={errors} tone={isWrong ? `c-${health}` : ''} />
        {detail === undefined ? (
          <Waiting />
        ) : (
          <SparkBars
            values={detail.errors.values}
            fill={health === 'failing' ? 'var(--failing-mark)' : 'var(--degraded-mark)'}
            markAt={placeOf(detail.failingSince, detail.errors.times)}
            label={sparkName(
              t($ => $.halfHour),
              wrong,
              errors,
            )}
          />
        )}
      </div>
    </section>
  )
}

const sparkName = (when: string, what: string, { value, unit }: Quantity) => `${what}, ${when}: ${value} ${unit}`

function Big({ quantity, tone = '' }: { quantity: Quantity; tone?: string }): ReactNode {
  return (
    <div className={`big ${tone}`}>
      {quantity.value} <small>{quantity.unit}</small>
    </div>
  )
}

const Waiting = (): ReactNode => <span className="skeleton" style={{ height: 14, margin: '8px 0', width: '92%' }} />

/** Where a moment lies along the line, 0–1; null when it is not on it. */
function placeOf(at: number | null, moments: readonly number[]): number | null {
  const first = moments[0]
  const last = moments.at(-1)
  if (at === null || first === undefined || last === undefined || at < first || at > last) return null
  return (at - first) / (last - first || 1)
}
