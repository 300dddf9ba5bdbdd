import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Confidence } from '#shared/security/learn/confidence.ts'
import { percent } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { count } from '#web/security/replay/count.ts'
import { trustHealth, trustIn } from './trust.ts'
import type { Learnt } from './use-learned.ts'

/** How far what is proposed may be trusted, in words. */
export function Trusted({ confidence }: { confidence: Confidence }): ReactNode {
  const { t } = useTranslation('security')
  const { sightings, kinds, unseenMass, unseenAtMost, heldBack, hasWeek, sampling } = confidence
  const trust = trustIn(confidence)
  if (sightings === 0)
    return (
      <section className="learn-part">
        <h3>{t($ => $.learn.confidence.title)}</h3>
        <p className="t2">{t($ => $.learn.confidence.nobody)}</p>
      </section>
    )
  return (
    <section className="learn-part">
      <h3 className="row">
        {t($ => $.learn.confidence.title)}
        <HealthBadge health={trustHealth[trust]}>{t($ => $.learn.trust[trust])}</HealthBadge>
      </h3>
      <ul className="learn-lines">
        <li>
          {t($ => $.learn.confidence.seen, { count: kinds, sightings: count(sightings) })}{' '}
          {t($ => $.learn.confidence.unseen, { mass: percent(unseenMass), most: percent(unseenAtMost) })}
        </li>
        {heldBack > 0 && <li>{t($ => $.learn.confidence.heldBack, { share: percent(heldBack) })}</li>}
        <li>{t($ => (hasWeek ? $.learn.confidence.week : $.learn.confidence.noWeek))}</li>
        <li>
          {sampling < 1
            ? t($ => $.learn.confidence.sampled, { share: percent(sampling) })
            : t($ => $.learn.confidence.counted)}
        </li>
      </ul>
    </section>
  )
}

/** What was not seen, and so is not known. */
export function Blind({ learned, isBare }: { learned: Learnt; isBare: boolean }): ReactNode {
  const { t } = useTranslation('security')
  const { hidden, refused, unsettled, unscraped } = learned
  return (
    <section className="learn-part">
      <h3>{t($ => $.learn.blind.title)}</h3>
      <ul className="learn-lines">
        {unsettled > 0 && <li className="c-degraded">{t($ => $.learn.blind.unsettled, { count: unsettled })}</li>}
        {hidden > 0 && <li className="c-degraded">{t($ => $.learn.blind.hidden, { requests: count(hidden) })}</li>}
        {unscraped.length > 0 && (
          <li className="c-degraded">{t($ => $.learn.unscraped, { names: unscraped.join(', ') })}</li>
        )}
        {isBare && <li>{t($ => $.learn.blind.bare)}</li>}
        {refused > 0 && <li>{t($ => $.learn.blind.refused, { requests: count(refused) })}</li>}
        <li>{t($ => $.learn.blind.platform)}</li>
      </ul>
    </section>
  )
}
