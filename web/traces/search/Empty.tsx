import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { problemFrom } from '#web/api/call.ts'
import { useStatus } from '#web/api/use-live.ts'
import type { OnSearch, TracesSearch } from '#web/traces/address.ts'
import { emptyQuery, type Params } from '#web/traces/query.ts'
import { absolute, age } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

const minute = 60_000

/** Nothing was found: the ladder with its first failing rung, and the ways to what there is. */
export function Empty({
  params,
  search,
  onSearch,
}: {
  params: Params
  search: TracesSearch
  onSearch: OnSearch
}): ReactNode {
  const { t } = useTranslation('traces')
  const language = useLanguage()
  const now = useNow()
  const skew = useStatus()?.skew ?? 0
  const { data, error } = useQuery(emptyQuery(params))
  const [isQueryShown, setQueryShown] = useState(false)
  const wrong = data?.rungs.findIndex(({ ok }) => ok === false) ?? -1
  const query = data?.rungs[wrong]?.query ?? null
  const last = data?.lastTraceAt ?? null
  const isFiltered = [search.operation, search.caller, search.tags, search.min, search.max, search.error].some(
    each => each !== undefined,
  )
  return (
    <section className="face card">
      <header>
        <h2>{t($ => $.faces.empty)}</h2>
      </header>
      <div className="body">
        {data === undefined && error === null && <p className="t3">{t($ => $.faces.asking)}</p>}
        {error !== null && data === undefined && <p className="c-failing">{problemFrom(error).detail}</p>}
        <ol className="ladder">
          {data?.rungs.map(({ rung, ok, detail }, index) => (
            <li key={rung} className={ok === null ? 't3' : ok ? 'c-healthy' : 'c-degraded'}>
              {ok === null ? <span className="i" /> : <Icon name={ok ? 'check' : 'close'} />}
              <span className={index === wrong ? 'wrong' : 't2'} title={detail}>
                {t($ => $.faces.rungs[rung])}
                {index === wrong && <span className="t2"> — {detail}</span>}
              </span>
            </li>
          ))}
        </ol>
        {last !== null && wrong === 3 && (
          <p className="t2" title={absolute(last - skew, language)}>
            {t($ => $.faces.last, { age: age(now + skew - last, language) })}
          </p>
        )}
        {isQueryShown && query !== null && <pre>{query}</pre>}
        <div className="row acts">
          {last !== null && wrong === 3 && (
            <button
              type="button"
              className="link"
              onClick={() =>
                onSearch({ from: String(last - 5 * minute), to: String(last + minute), range: undefined }, true)
              }
            >
              {t($ => $.faces.showLast)}
            </button>
          )}
          {isFiltered && (
            <button type="button" className="link" onClick={() => onSearch(noFilter, true)}>
              {t($ => $.faces.noFilter)}
            </button>
          )}
          {query !== null && (
            <button
              type="button"
              className="link"
              aria-expanded={isQueryShown}
              onClick={() => setQueryShown(!isQueryShown)}
            >
              {t($ => $.faces.query)}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}

const noFilter = {
  operation: undefined,
  caller: undefined,
  tags: undefined,
  min: undefined,
  max: undefined,
  error: undefined,
}
