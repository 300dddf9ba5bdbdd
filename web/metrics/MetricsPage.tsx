import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mark } from '#web/ui/chart/chart.ts'
import { MetricsTab } from './MetricsTab.tsx'
import { type MetricsSearch, type OnMetricsSearch, subjectIn } from './search.ts'

/** The whole mesh over time: its requests, istiod, and the proxies; or one service, workload or call of it. */
export function MetricsPage(props: {
  search: MetricsSearch
  onSearch: OnMetricsSearch
  onGo: (href: string) => void
  marks?: readonly Mark[]
}): ReactNode {
  const { t } = useTranslation('metrics')
  const subject = subjectIn(props.search)
  const goes =
    (href: string) =>
    (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; preventDefault: () => void }) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      props.onGo(href)
    }
  return (
    <div className="metrics-page">
      <header className="row">
        <h1>{t($ => $.title)}</h1>
        {subject.of === 'mesh' ? (
          <span className="t3 s12">{t($ => $.mesh)}</span>
        ) : (
          <>
            <span className="mono cut">
              {subject.caller !== undefined && `${subject.caller} → `}
              {`${subject.namespace}/${subject.name}`}
            </span>
            <a className="s12" href="/metrics" onClick={goes('/metrics')}>
              {t($ => $.ofMesh)}
            </a>
          </>
        )}
        <span className="grow" />
        <a className="btn" href="/metrics/dashboards" onClick={goes('/metrics/dashboards')}>
          {t($ => $.own.title)}
        </a>
        <a className="btn" href="/metrics/explore" onClick={goes('/metrics/explore')}>
          {t($ => $.explore)}
        </a>
      </header>
      <MetricsTab {...props} subject={subject} />
    </div>
  )
}
