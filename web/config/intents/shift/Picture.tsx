import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Place } from '#shared/config/intents/destinations.ts'
import type { Share } from '#shared/config/intents/shift.ts'
import type { ServiceTraffic } from '#web/config/intents/traffic.ts'
import { percent, rate } from '#web/ui/format.ts'

/** Eight colours, then the first again; the name stands beside each. */
export const seriesColour = (index: number): string => `var(--series-${(index % 8) + 1})`

/** Two bars: where requests go now, as they are counted, and where they would. */
export function Picture(props: {
  places: readonly Place[]
  shares: readonly Share[]
  traffic: ServiceTraffic | null
}): ReactNode {
  const { t } = useTranslation('config')
  const { places, shares, traffic } = props
  const rates = places.map(
    ({ version }) => traffic?.versions.find(each => each.version === version?.name)?.requestRate ?? 0,
  )
  const total = rates.reduce((sum, each) => sum + each, 0)
  return (
    <section className="shift-picture" aria-label={t($ => $.intents.shift.picture)}>
      {total > 0 && (
        <Bar
          name={t($ => $.intents.shift.isNow)}
          detail={rate(total, 'req')}
          parts={rates.map(each => each / total)}
          places={places}
        />
      )}
      <Bar
        name={t($ => $.intents.shift.wouldBe)}
        detail={total > 0 ? rate(total, 'req') : ''}
        parts={shares.map(({ weight }) => weight / 100)}
        places={places}
      />
    </section>
  )
}

function Bar(props: { name: string; detail: string; parts: readonly number[]; places: readonly Place[] }): ReactNode {
  const label = props.parts
    .map((part, index) => `${props.places[index]?.name ?? ''} ${percent(part)}`)
    .filter((_, index) => (props.parts[index] ?? 0) > 0)
    .join(', ')
  return (
    <div className="shift-bar">
      <span className="t2">{props.name}</span>
      <span className="track" role="img" aria-label={`${props.name}: ${label}`}>
        {props.parts.map((part, index) =>
          part <= 0 ? null : (
            <i key={index} style={{ flexGrow: part, background: seriesColour(index) }}>
              {part > 0.12 && <span>{props.places[index]?.name}</span>}
            </i>
          ),
        )}
      </span>
      <span className="num t2">{props.detail}</span>
    </div>
  )
}
