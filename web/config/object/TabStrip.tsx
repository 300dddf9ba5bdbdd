import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingLevel } from '#shared/config/finding.ts'
import { markOf } from '#web/config/FindingCounts.tsx'
import type { Tab } from './tabs.ts'

/** The sides of an object. Arrow keys walk; what is chosen is in the address. */
export function TabStrip(props: {
  tabs: readonly Tab[]
  tab: Tab
  /** What stands behind a tab's word. */
  counts: { findings: number | null; worst: FindingLevel | null; diff: string | null; history: number | null }
  onTab: (tab: Tab) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const list = useRef<HTMLDivElement>(null)
  const { tabs, tab: chosen, counts } = props
  const walk = (event: KeyboardEvent) => {
    const at = tabs.indexOf(chosen)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }
    const step = steps[event.key]
    const next = step === undefined ? undefined : tabs[(step + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    props.onTab(next)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus()
  }
  const count = (tab: Tab): ReactNode => {
    if (tab === 'findings' && counts.findings !== null && counts.findings > 0)
      return <span className={`count ${markOf[counts.worst ?? 'Info']}`}>{counts.findings}</span>
    const text = tab === 'diff' ? counts.diff : tab === 'history' ? counts.history : null
    return text === null ? null : <span className="t3">{text}</span>
  }
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- its tabs take the focus, one of them at a time
    <div className="object-tabs" role="tablist" aria-label={t($ => $.object.tabs.name)} ref={list} onKeyDown={walk}>
      {tabs.map(tab => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`tab-${tab}`}
          data-tab={tab}
          aria-selected={tab === chosen}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => props.onTab(tab)}
        >
          {t($ => $.object.tabs[tab])} {count(tab)}
        </button>
      ))}
    </div>
  )
}

/** What stands under a tab that is not the editor itself. */
export function TabPanel({ tab, children }: { tab: Tab; children: ReactNode }): ReactNode {
  const { t } = useTranslation('config')
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className={`object-tab is-${tab}`} role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
      <h2 className="sr">{t($ => $.object.tabs[tab])}</h2>
      {children}
    </div>
  )
}
