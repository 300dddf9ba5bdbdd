import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Listed, ServiceList, ServiceRow } from '#shared/services/api.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { useServices, type View } from '#web/services/query.ts'
import { healths, hideable, listSearchIn, manyOf, type OnListSearch } from '#web/services/search.ts'
import { Failing, Refused, Stale } from '#web/ui/faces/Away.tsx'
import { age, exactClock } from '#web/ui/format.ts'
import { DataGrid } from '#web/ui/grid/DataGrid.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { type FindingsOf, useColumns } from './columns.tsx'
import { narrow, wordsOf } from './filter.ts'
import { Toolbar } from './Toolbar.tsx'
import '#web/services/services.css'

/** All services, or all workloads, of the scope, live. Everything that is chosen comes from the address and goes back to it. */
export function ListPage(props: {
  of: Listed
  /** As the address says it: what is not understood is dropped here. */
  search: Record<string, unknown>
  onSearch: OnListSearch
  onOpen: (row: ServiceRow) => void
  findings?: FindingsOf
}): ReactNode {
  const { t } = useTranslation('services')
  const { of, onSearch, onOpen } = props
  const search = listSearchIn(props.search)
  const scope = scopeIn(search)
  const place = scopeSearch(scope)
  const view = useServices(of, scope)
  const { state, outage, refusal, skew } = view
  const filter = { healths: manyOf(search.health, healths), words: wordsOf(search.q) }
  const { rows, counts } = narrow(state?.rows ?? [], filter)
  const hidden: readonly string[] = manyOf(search.hide, hideable)
  const columns = useColumns(of, state?.window ?? 0, props.findings).filter(({ id }) => !hidden.includes(id))
  const open = (id: string) => {
    const row = rows.find(each => each.id === id)
    if (row !== undefined) onOpen(row)
  }
  const isFiltered = filter.healths.length > 0 || filter.words.length > 0
  return (
    <div className={outage !== null && state !== null ? 'services is-stale' : 'services'} aria-busy={state === null}>
      <h1 className="sr">{t($ => $.title[of])}</h1>
      <Toolbar search={search} onSearch={onSearch} placeholder={t($ => $.find[of])} counts={counts} />
      <div className="services-notes">
        {outage !== null && state !== null && <Stale at={state.at} outage={outage} skew={skew} onTry={view.refresh} />}
        {state?.partial.map(sentence => (
          <p key={sentence} className="note degraded">
            {sentence}
          </p>
        ))}
      </div>
      <div className="services-body">
        {refusal !== null ? (
          <Refused title={t($ => $.refused)} because={refusal} />
        ) : state === null ? (
          outage !== null ? (
            <Failing title={t($ => $.failing[of])} outage={outage} skew={skew} onTry={view.refresh} />
          ) : (
            <Loading />
          )
        ) : rows.length === 0 && isFiltered ? (
          <p className="nothing t2" role="status">
            {t($ => $.noMatch)}{' '}
            <button type="button" className="link" onClick={() => onSearch({ q: undefined, health: undefined })}>
              {t($ => $.showAll)}
            </button>
          </p>
        ) : rows.length === 0 ? (
          <EmptyPanel
            panel="traffic"
            namespaces={place.ns}
            at={place.at}
            window={place.window}
            title={t($ => (scope.namespaces.length > 0 ? $.noneHere : $.none)[of])}
          />
        ) : (
          <DataGrid
            name={t($ => $.title[of])}
            rows={rows}
            columns={columns}
            sort={search.sort ?? '-health'}
            onSort={sort => onSearch({ sort })}
            selected={null}
            onSelect={open}
          />
        )}
      </div>
      <Foot view={view} shown={rows.length} />
    </div>
  )
}

function Loading(): ReactNode {
  const { t } = useTranslation('services')
  return (
    <div className="loading-table" role="status">
      <span className="sr">{t($ => $.loading)}</span>
      {Array.from({ length: 18 }, (_, row) => (
        <div key={row} aria-hidden="true">
          {[11, 16 + ((row * 5) % 9), 9, 6, 9, 5, 6, 6, 8, 5].map((width, index) => (
            <span key={index} className="skeleton" style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}

/** How old the list is, how much of it is shown, and over which window it speaks. */
function Foot({ view, shown }: { view: View<ServiceList>; shown: number }): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const language = useLanguage()
  const { state, outage, skew } = view
  if (state === null) return <footer className="foot" />
  const facts = [
    exactClock(state.at - skew),
    t($ => $.shown, { shown: shown.toLocaleString('en-US'), all: state.rows.length.toLocaleString('en-US') }),
    say($ => $.side.lastWindow, { window: age(state.window * 1000, language) }),
  ]
  return (
    <footer className="foot">
      <span className={outage === null ? 'livedot' : 'livedot degraded'} aria-hidden="true" />
      {facts.map((fact, index) => (
        <span key={index} className="fact">
          {index > 0 && <i aria-hidden="true">·</i>}
          {fact}
        </span>
      ))}
      <span className="grow" />
      <span className="hint">{t($ => $.hint)}</span>
    </footer>
  )
}
