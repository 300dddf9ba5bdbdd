import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { boardHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { Popover } from '#web/ui/Popover.tsx'

/** What the lens of refusals draws, and what its numbers are of: one more line of the map's legend. */
export function RefusalsLegend(props: {
  staged: number
  isReading: boolean
  because: string | null
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const [isOpen, setOpen] = useState(false)
  const { staged, isReading, because } = props
  return (
    <div className="refusals-legend" role="group" aria-label={t($ => $.refusals.title)} aria-busy={isReading}>
      <dl>
        <dt>{t($ => $.refusals.title)}</dt>
        <dd>
          <Stroke dash="6 4" tone="failing" /> ⊘ {t($ => $.refusals.now)}
        </dd>
        <dd>
          <Stroke dash="2 3" tone="degraded" /> ◇ {t($ => $.refusals.wouldBe)}
        </dd>
      </dl>
      <span role="status">
        {because !== null ? (
          <span className="c-degraded">{t($ => $.refusals.failing, { because })}</span>
        ) : isReading ? (
          t($ => $.faces.loading)
        ) : (
          t($ => $.refusals.staged, { count: staged })
        )}
      </span>
      <Popover
        className="link s11"
        button={t($ => $.refusals.counted)}
        label={t($ => $.refusals.counted)}
        width={360}
        isOpen={isOpen}
        onToggle={setOpen}
      >
        <p className="refusals-counted s12">{t($ => $.refusals.how)}</p>
      </Popover>
      <Go href={boardHref()} onGo={props.onGo}>
        {t($ => $.page.board)}
      </Go>
    </div>
  )
}

function Stroke({ dash, tone }: { dash: string; tone: 'failing' | 'degraded' }): ReactNode {
  return (
    <svg width="26" height="8" viewBox="0 0 26 8" aria-hidden="true">
      <path d="M0 4h26" stroke={`var(--${tone}-mark)`} strokeWidth="2" strokeDasharray={dash} />
    </svg>
  )
}
