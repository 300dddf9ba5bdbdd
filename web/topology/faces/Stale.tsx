import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outage } from '#web/topology/view.ts'
import { age, exactClock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { NextTry } from './Failing.tsx'

/** Over a kept picture: how old it is, why, and when the next one is tried. */
export function Stale(props: { at: number; outage: Outage; skew: number; onTry: () => void }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const { outage, skew } = props
  const source = t($ => $.shell.source[outage.source])
  const at = exactClock(props.at - skew)
  return (
    <aside className="note stale" aria-label={t($ => $.topology.foot.stale)}>
      <div className="row">
        <HealthBadge health="degraded">
          {t($ => $.topology.faces.old, { age: age(now + skew - props.at, language) })}
        </HealthBadge>
        <NextTry at={outage.nextTryAt} skew={skew} />
        <span className="grow" />
        {outage.source !== 'console' && (
          <button type="button" className="link" onClick={props.onTry}>
            {t($ => $.topology.faces.tryNow)}
          </button>
        )}
      </div>
      <p className="t2" role="status">
        {outage.source === 'console'
          ? t($ => $.topology.faces.staleCut, { at })
          : t($ => $.topology.faces.staleTitle, { at, source })}
      </p>
      {outage.because !== '' && <p className="t3 s11">{outage.because}</p>}
    </aside>
  )
}
