import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health, HealthReason } from '#shared/mesh/health.ts'
import { absolute, clock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { reasonText } from '#web/ui/reason.ts'

/** What it is, a link to it, and the way out. */
export function Head({ kind, badge, onClose }: { kind: string; badge?: ReactNode; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  const link = isCopied ? t($ => $.side.copied) : t($ => $.side.copyLink)
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
        aria-label={t($ => $.side.close)}
        title={t($ => $.side.close)}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}

/** “Failing — since 14:21 · errors ≥ 10 %”. */
export function Verdict(props: { health: Health; reason: HealthReason | null; since: number | null }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const reason = reasonText(t, props.reason)
  return (
    <div className="verdict">
      <HealthBadge health={props.health}>{t($ => $.topology.healthBadge[props.health])}</HealthBadge>
      <span>
        {props.since !== null && (
          <span title={absolute(props.since, language)}>{t($ => $.side.since, { at: clock(props.since) })}</span>
        )}
        {props.since !== null && reason !== null && ' · '}
        {reason}
      </span>
    </div>
  )
}

const toCome = ['traces', 'security', 'config'] as const

/** Traffic is here; the others say that they are to come instead of leading nowhere. */
export function Tabs(): ReactNode {
  const { t } = useTranslation()
  return (
    <div role="tablist" aria-label={t($ => $.side.tabs.name)}>
      <button type="button" role="tab" id="tab-traffic" aria-selected="true" aria-controls="panel-traffic">
        {t($ => $.side.tabs.traffic)}
      </button>
      {toCome.map(tab => (
        <button
          key={tab}
          type="button"
          role="tab"
          aria-selected="false"
          aria-disabled="true"
          tabIndex={-1}
          title={t($ => $.side.tabs.toCome)}
        >
          {t($ => $.side.tabs[tab])}
        </button>
      ))}
    </div>
  )
}
