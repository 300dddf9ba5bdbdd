import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health, HealthReason, Since } from '#shared/mesh/health.ts'
import { absolute, clock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { HealthWhy } from '#web/ui/HealthWhy.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { reasonText } from '#web/ui/reason.ts'

/** What it is, a link to it, and the way out. */
export function Head({ kind, badge, onClose }: { kind: string; badge?: ReactNode; onClose: () => void }): ReactNode {
  const { t } = useTranslation('side')
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  const link = isCopied ? t($ => $.copied) : t($ => $.copyLink)
  return (
    <div className="row">
      <span className="t3">{kind}</span>
      {badge}
      <span className="grow" />
      <button
        type="button"
        className="btn ghost icon"
        aria-label={link}
        title={link}
        onClick={() => void copy()}
        onBlur={() => setCopied(false)}
      >
        <Icon name={isCopied ? 'check' : 'share'} />
      </button>
      <button
        type="button"
        className="btn ghost icon"
        style={{ marginRight: -6 }}
        aria-label={t($ => $.close)}
        title={t($ => $.close)}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}

/** “Failing — since 14:21 · errors ≥ 10 %”, and how that came about. */
export function Verdict(props: {
  of: { health: Health; reason: HealthReason | null; since?: Since | undefined }
  window: number
  /** As the line of its errors tells it, which reaches further back than anybody looked. */
  failingSince: number | null
}): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const language = useLanguage()
  const { of, failingSince } = props
  const reason = reasonText(say, of.reason)
  return (
    <>
      <div className="verdict">
        <HealthBadge health={of.health}>{say($ => $.topology.healthBadge[of.health])}</HealthBadge>
        <span>
          {failingSince !== null && (
            <span title={absolute(failingSince, language)}>{t($ => $.since, { at: clock(failingSince) })}</span>
          )}
          {failingSince !== null && reason !== null && ' · '}
          {reason}
        </span>
      </div>
      <HealthWhy reason={of.reason} since={failingSince === null ? of.since : undefined} window={props.window} />
    </>
  )
}

/** What is told of a selection: its traffic by the map itself, the others by the rooms that know them. */
export const tabs = ['traffic', 'traces', 'security', 'config'] as const
export type Tab = (typeof tabs)[number]

export function Tabs(props: { shown: readonly Tab[]; current: Tab; onTab: (tab: Tab) => void }): ReactNode {
  const { t } = useTranslation('side')
  const { shown, current, onTab } = props
  return (
    <div role="tablist" aria-label={t($ => $.tabs.name)}>
      {shown.map((tab, place) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`side-${tab}`}
          aria-selected={tab === current}
          aria-controls="side-panel"
          tabIndex={tab === current ? 0 : -1}
          onClick={() => onTab(tab)}
          onKeyDown={event => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
            const next = shown[(place + (step ?? 0) + shown.length) % shown.length]
            if (step === undefined || next === undefined) return
            event.preventDefault()
            onTab(next)
            document.getElementById(`side-${next}`)?.focus()
          }}
        >
          {t($ => $.tabs[tab])}
        </button>
      ))}
    </div>
  )
}
