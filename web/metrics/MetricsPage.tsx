import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mark } from '#web/ui/chart/chart.ts'
import { MetricsTab } from './MetricsTab.tsx'
import { type MetricsSearch, missingIn, type OnMetricsSearch, subjectIn } from './search.ts'
import { SubjectPicker } from './SubjectPicker.tsx'

/** The whole mesh over time: its requests, istiod, and the proxies; or one service, workload, edge or gateway of it. */
export function MetricsPage(props: {
  search: MetricsSearch
  onSearch: OnMetricsSearch
  onGo: (href: string) => void
  marks?: readonly Mark[]
}): ReactNode {
  const { t } = useTranslation('metrics')
  const subject = subjectIn(props.search)
  const missing = missingIn(props.search)
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
        {subject.of !== 'mesh' && (
          <span className="mono cut">
            {subject.caller !== undefined && `${subject.caller.replaceAll(',', ', ')} → `}
            {`${subject.namespace}/${subject.name}`}
          </span>
        )}
        <span className="grow" />
        <a className="btn" href="/metrics/dashboards" onClick={goes('/metrics/dashboards')}>
          {t($ => $.own.title)}
        </a>
        <a className="btn" href="/metrics/explore" onClick={goes('/metrics/explore')}>
          {t($ => $.explore)}
        </a>
      </header>
      <SubjectPicker search={props.search} onSearch={props.onSearch} />
      {missing === null ? (
        <MetricsTab {...props} subject={subject} />
      ) : (
        <p className="t2" role="status">
          {t($ => $.chooseFirst[missing])}
        </p>
      )}
    </div>
  )
}
