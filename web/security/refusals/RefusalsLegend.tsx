import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { boardHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'

/** What the lens of refusals draws, and what its numbers are of. */
export function RefusalsLegend(props: {
  staged: number
  isReading: boolean
  because: string | null
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { staged, isReading, because } = props
  return (
    <section className="card refusals-legend" aria-label={t($ => $.refusals.title)} aria-busy={isReading}>
      <dl>
        <div>
          <dt>
            <Stroke dash="6 4" tone="failing" /> ⊘
          </dt>
          <dd>{t($ => $.refusals.now)}</dd>
        </div>
        <div>
          <dt>
            <Stroke dash="2 3" tone="degraded" /> ◇
          </dt>
          <dd>{t($ => $.refusals.wouldBe)}</dd>
        </div>
      </dl>
      <p className="t3 s11">{t($ => $.refusals.how)}</p>
      <p className="s11" role="status">
        {because !== null ? (
          <span className="c-degraded">{t($ => $.refusals.failing, { because })}</span>
        ) : isReading ? (
          t($ => $.faces.loading)
        ) : (
          t($ => $.refusals.staged, { count: staged })
        )}
      </p>
      <Go href={boardHref()} onGo={props.onGo}>
        {t($ => $.page.board)}
      </Go>
    </section>
  )
}

function Stroke({ dash, tone }: { dash: string; tone: 'failing' | 'degraded' }): ReactNode {
  return (
    <svg width="26" height="8" viewBox="0 0 26 8" aria-hidden="true">
      <path d="M0 4h26" stroke={`var(--${tone}-mark)`} strokeWidth="2" strokeDasharray={dash} />
    </svg>
  )
}
