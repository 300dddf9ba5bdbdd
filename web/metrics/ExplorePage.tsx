import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explainExplored } from '#shared/metrics/api.ts'
import { problemFrom } from '#web/api/call.ts'
import { Explained } from '#web/empty/Explained.tsx'
import { ChartPanel } from '#web/ui/chart/ChartPanel.tsx'
import { significant } from '#web/ui/format.ts'
import { ExploreStarts } from './ExploreStarts.tsx'
import { ExploreTable } from './ExploreTable.tsx'
import { PromqlInput } from './PromqlInput.tsx'
import { exploreQuery } from './query.ts'
import { useRecent } from './recent.ts'
import { type MetricsSearch, oneOf, type OnMetricsSearch, ranges, spanIn } from './search.ts'
import { RangeMenu } from './Toolbar.tsx'
import './metrics.css'

const format = (value: number): string => significant(value, true)

/** One's own question to Prometheus, as a chart and as a table. */
export function ExplorePage({ search, onSearch }: { search: MetricsSearch; onSearch: OnMetricsSearch }): ReactNode {
  const { t } = useTranslation('metrics')
  const [text, setText] = useState(search.q ?? '')
  // Back and forward bring another question than the one that was typed last.
  const [asked, setAsked] = useState(search.q)
  if (asked !== search.q) {
    setAsked(search.q)
    setText(search.q ?? '')
  }
  const { recent, ask, forget } = useRecent()
  const put = (written: string) => {
    const query = written.trim()
    if (query !== '') ask(query)
    onSearch({ q: query === '' ? undefined : query })
  }
  const span = spanIn(search)
  const params = { q: search.q ?? '', ...(span ?? { range: oneOf(search.range, ranges, '3600') }) }
  const { data, error, isFetching } = useQuery(exploreQuery(params))
  return (
    <div className="metrics-page" aria-busy={isFetching}>
      <header className="row">
        <h1>{t($ => $.explore)}</h1>
        <span className="grow" />
        <RangeMenu search={search} onSearch={onSearch} />
      </header>
      <form
        className="row metrics-ask"
        onSubmit={event => {
          event.preventDefault()
          put(text)
        }}
      >
        <div className="field grow">
          <span className="t3" aria-hidden="true">
            {t($ => $.promql)}
          </span>
          <PromqlInput value={text} onChange={setText} />
        </div>
        <button type="submit" className="btn primary">
          {t($ => $.ask)}
        </button>
      </form>
      <p className="t3 s12">{t($ => $.exploreHint)}</p>
      {search.q === undefined && <ExploreStarts recent={recent} onAsk={put} onForget={forget} />}
      {error !== null && (
        <p className="note" role="alert">
          {problemFrom(error).detail}
        </p>
      )}
      {error === null && data !== undefined && (
        <>
          <p className="t3 s11 explore-asked">
            {t($ => $.asked)} <code>{data.asked}</code>
          </p>
          {data.lines.length === 0 ? (
            <Explained
              endpoint={explainExplored}
              params={{ ...params, from: String(data.from), to: String(data.to) }}
              title={t($ => $.noSeries)}
            />
          ) : (
            <>
              <ChartPanel
                name={t($ => $.result)}
                note={t($ => $.series, { shown: data.lines.length, all: data.series })}
                lines={data.lines.map((line, index) => ({ ...line, times: data.times, tone: index }))}
                span={{ from: data.from, to: data.to }}
                format={format}
                query={data.asked}
                height={260}
                hasLegend={false}
                onZoom={({ from, to }) => onSearch({ from: String(Math.round(from)), to: String(Math.round(to)) })}
              />
              <ExploreTable answer={data} search={search} onSearch={onSearch} />
            </>
          )}
        </>
      )}
    </div>
  )
}
