import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mark } from '#web/ui/chart/chart.ts'
import { MetricsTab } from './MetricsTab.tsx'
import type { MetricsSearch, OnMetricsSearch } from './search.ts'

/** The whole mesh over time: its requests, istiod, and the proxies. */
export function MetricsPage(props: {
  search: MetricsSearch
  onSearch: OnMetricsSearch
  onGo: (href: string) => void
  marks?: readonly Mark[]
}): ReactNode {
  const { t } = useTranslation('metrics')
  return (
    <div className="metrics-page">
      <header className="row">
        <h1>{t($ => $.title)}</h1>
        <span className="t3 s12">{t($ => $.mesh)}</span>
        <span className="grow" />
        <a
          className="btn"
          href="/metrics/explore"
          onClick={event => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return
            event.preventDefault()
            props.onGo('/metrics/explore')
          }}
        >
          {t($ => $.explore)}
        </a>
      </header>
      <MetricsTab {...props} subject={{ of: 'mesh' }} />
    </div>
  )
}
