import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { serviceParts } from '#shared/traces/service.ts'
import { problemFrom } from '#web/api/call.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { useStatus } from '#web/api/use-live.ts'
import type { OnGo, OnSearch, TracesSearch } from '#web/traces/address.ts'
import { Failing, Loading, Stale } from '#web/traces/Faces.tsx'
import { foundQuery, paramsOf, servicesQuery } from '#web/traces/query.ts'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { useNow } from '#web/ui/use-now.ts'
import type { TraceMap } from '#web/traces/MapStage.tsx'
import { Choose, type WithFacts } from './Choose.tsx'
import { Empty } from './Empty.tsx'
import { Results } from './Results.tsx'
import { IdForm, SearchForm } from './SearchForm.tsx'
import { Together } from './Together.tsx'
import '#web/traces/traces.css'

/** The search for traces with what it found. `isFixed`: of one service, which the page around has chosen. */
export function Search(props: {
  search: TracesSearch
  isFixed: boolean
  onSearch: OnSearch
  onGo: OnGo
  /** Where traces together are drawn over the topology. */
  map?: TraceMap
  /** What the mesh says of services that one could choose. */
  Facts?: WithFacts
}): ReactNode {
  const { search, onSearch, onGo } = props
  const names = useQuery(servicesQuery)
  const params = paramsOf(search)
  const found = useQuery(foundQuery(params))
  const namespaces = namespacesIn(search.ns)
  const services = (names.data?.services ?? []).filter(
    name => namespaces.length === 0 || namespaces.includes(serviceParts(name).namespace),
  )
  const again = () => void found.refetch()
  const isList = search.view !== 'together'
  return (
    <div className="tr-search">
      <SearchForm
        // Typed words start from the address whenever that says something else.
        key={JSON.stringify([search.service, search.operation, search.tags, search.min, search.max])}
        search={search}
        services={services}
        isFixed={props.isFixed}
        onSearch={onSearch}
        onGo={onGo}
      />
      {search.service === undefined ? (
        <div className="tr-body">
          {names.error !== null && names.data === undefined ? (
            <Failing problem={problemFrom(names.error)} onTry={() => void names.refetch()} />
          ) : names.data === undefined ? (
            <Loading />
          ) : (
            <Choose services={services} search={search} onSearch={onSearch} onGo={onGo} Facts={props.Facts} />
          )}
        </div>
      ) : (
        <>
          <Head
            search={search}
            onSearch={onSearch}
            onGo={onGo}
            found={found.data}
            isReading={found.isFetching}
            onAgain={again}
          />
          <div className="tr-body" aria-busy={found.isFetching}>
            {found.error !== null && found.data !== undefined && (
              <Stale problem={problemFrom(found.error)} onTry={again} />
            )}
            {found.data === undefined ? (
              found.error === null ? (
                <Loading />
              ) : (
                <Failing problem={problemFrom(found.error)} onTry={again} />
              )
            ) : found.data.traces.length === 0 ? (
              <Empty params={params} search={search} onSearch={onSearch} />
            ) : isList ? (
              <Results found={found.data} search={search} onSearch={onSearch} onGo={onGo} />
            ) : (
              <Together params={params} search={search} onSearch={onSearch} map={props.map} />
            )}
          </div>
        </>
      )}
    </div>
  )
}

function Head(props: {
  search: TracesSearch
  onSearch: OnSearch
  onGo: OnGo
  found: { at: number; traces: readonly unknown[]; isFull: boolean } | undefined
  isReading: boolean
  onAgain: () => void
}): ReactNode {
  const { t } = useTranslation('traces')
  const { found, search } = props
  const count = found?.traces.length ?? 0
  return (
    <div className="tr-head">
      <span role="status" className="med">
        {found !== undefined && t($ => $.list.found, { count })}
        {found?.isFull === true && <span className="t3"> · {t($ => $.list.full, { count })}</span>}
      </span>
      {found !== undefined && <Age at={found.at} />}
      <button type="button" className="btn" onClick={props.onAgain} disabled={props.isReading}>
        {t($ => $.list.refresh)}
      </button>
      <span className="grow" />
      <span className="t3 s11 hint">{t($ => $.list.hint)}</span>
      <IdForm search={search} onGo={props.onGo} />
      <Segmented
        name={t($ => $.list.view)}
        value={search.view ?? 'traces'}
        choices={(['traces', 'together'] as const).map(value => ({ value, label: t($ => $.list[value]) }))}
        onChoose={view => props.onSearch({ view: view === 'together' ? view : undefined }, true)}
      />
    </div>
  )
}

function Age({ at }: { at: number }): ReactNode {
  const { t } = useTranslation('traces')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  return <span className="t3 s11">{t($ => $.list.age, { age: age(useNow() + skew - at, language) })}</span>
}
