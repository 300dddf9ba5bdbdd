import { type CSSProperties, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { all, type Place } from '#shared/config/intents/destinations.ts'
import type { Service } from '#shared/config/intents/service.ts'
import { moveShare } from '#shared/config/intents/shares.ts'
import type { Share } from '#shared/config/intents/shift.ts'
import type { ServiceTraffic } from '#web/config/intents/traffic.ts'
import { rate } from '#web/ui/format.ts'
import { seriesColour } from './Picture.tsx'

/** One line per version: a slider and a number for the same share. The others take what is left. */
export function Shares(props: {
  service: Service
  places: readonly Place[]
  shares: readonly Share[]
  traffic: ServiceTraffic | null
  onShares: (shares: readonly Share[]) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const { places, shares, traffic } = props
  const parts = shares.map(({ weight }) => ({ part: weight }))
  // Where the hand took hold: dragged to the end and back, the others get back what they had.
  const [hold, setHold] = useState<{ index: number; from: { part: number }[] } | null>(null)
  const total = traffic?.requestRate ?? null
  const move = (index: number, to: number) => {
    const from = hold?.index === index ? hold.from : parts
    const moved = moveShare(from, index, to)
    props.onShares(shares.map((share, at) => ({ ...share, weight: moved[at]?.part ?? share.weight })))
  }
  return (
    <fieldset className="shares">
      <legend>{t($ => $.intents.shift.split)}</legend>
      {places.map((place, index) => {
        const weight = shares[index]?.weight ?? 0
        const name = place.id === all ? t($ => $.intents.shift.anyPod) : place.name
        const now = traffic?.versions.find(({ version }) => version === place.version?.name)?.requestRate ?? null
        return (
          <div key={place.id} className="share">
            <i className="swatch" style={{ background: seriesColour(index) }} aria-hidden="true" />
            <span className="mono name cut" title={place.id}>
              {name}
            </span>
            <input
              type="range"
              min={0}
              max={100}
              step={1}
              value={weight}
              aria-label={t($ => $.intents.shift.share, { name })}
              aria-valuetext={`${weight} %`}
              style={{ '--own': seriesColour(index), '--part': `${weight}%` } as CSSProperties}
              onPointerDown={() => setHold({ index, from: parts })}
              onPointerUp={() => setHold(null)}
              onFocus={() => setHold({ index, from: parts })}
              onBlur={() => setHold(null)}
              onChange={event => move(index, event.target.valueAsNumber)}
            />
            <span className="field number">
              <input
                id={`${id}${index}`}
                type="number"
                min={0}
                max={100}
                step={1}
                value={weight}
                aria-label={t($ => $.intents.shift.percentOf, { name })}
                onChange={event => {
                  const to = event.target.valueAsNumber
                  if (!Number.isNaN(to)) move(index, Math.min(100, Math.max(0, to)))
                }}
              />
              <span className="t3">%</span>
            </span>
            <span className="t3 s12 facts">
              {[
                place.version === null
                  ? null
                  : place.version.pods === 0
                    ? t($ => $.intents.shift.noPods)
                    : t($ => $.intents.shift.pods, { count: place.version.pods }),
                place.isMissing ? t($ => $.intents.shift.newSubset) : null,
                now === null ? null : t($ => $.intents.shift.now, { rate: rate(now, 'req') }),
                total === null || total === 0
                  ? null
                  : t($ => $.intents.shift.would, { rate: rate((total * weight) / 100, 'req') }),
              ]
                .filter(fact => fact !== null)
                .join(' · ')}
            </span>
          </div>
        )
      })}
    </fieldset>
  )
}
