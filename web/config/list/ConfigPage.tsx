import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { scopeIn } from '#web/api/scope.ts'
import { Failing, Refused, Stale } from '#web/config/Problems.tsx'
import { rememberList } from '#web/config/last-list.ts'
import { type ConfigSearch, configSearchIn, type OnSearch, wordsIn, wordsText } from '#web/config/search.ts'
import { useList } from '#web/config/view.ts'
import { momentText } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Empty, Loading } from './Faces.tsx'
import { filterIn, isFiltered, narrow } from './filter.ts'
import { Foot } from './Foot.tsx'
import { linesOf } from './lines.ts'
import { ObjectGrid } from './ObjectGrid.tsx'
import { sorted, sortingIn } from './order.ts'
import { Toolbar } from './Toolbar.tsx'
import { usePageVoice } from './use-page-voice.ts'
import '#web/config/config.css'

/** All mesh objects, live. Everything that is chosen comes from the address and goes back to it. */
export function ConfigPage(props: {
  /** As the address says it: what is not understood is dropped here. */
  search: Record<string, unknown>
  onSearch: OnSearch
  onOpen: (ref: ObjectRef) => void
  onNew?: () => void
  /** To the past of what the list is narrowed to. */
  onHistory?: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { onSearch, onOpen } = props
  const search = configSearchIn(props.search)
  useEffect(() => rememberList(search))
  const view = useList()
  const { state, outage, refusal, skew } = view
  const filter = filterIn(search)
  const narrowed = narrow(state?.rows ?? [], filter)
  const sorting = sortingIn(search.sort)
  const grouping = search.group ?? 'kind'
  const closed = wordsIn(search.closed)
  const lines = linesOf(sorted(narrowed.rows, sorting), grouping, closed)
  usePageVoice(state, onSearch, onOpen)
  const fold = (group: string, isOpen: boolean) => {
    const others = closed.filter(each => each !== group)
    onSearch({ closed: wordsText(isOpen ? others : [...others, group]) })
  }
  return (
    <div className={outage !== null && state !== null ? 'config is-stale' : 'config'} aria-busy={state === null}>
      <h1 className="sr">{t($ => $.list.title)}</h1>
      <Toolbar
        search={search}
        onSearch={onSearch}
        filter={filter}
        counts={narrowed.counts}
        grouping={grouping}
        onNew={props.onNew}
        onHistory={props.onHistory}
      />
      <Notes search={search} onSearch={onSearch} view={view} />
      <div className="config-body">
        {refusal !== null ? (
          <Refused title={t($ => $.list.faces.refused)} because={refusal} />
        ) : state === null ? (
          outage !== null ? (
            <Failing outage={outage} skew={skew} onTry={view.refresh} />
          ) : (
            <Loading />
          )
        ) : state.rows.length === 0 ? (
          <Empty state={state} />
        ) : lines.length === 0 ? (
          <p className="nothing t2" role="status">
            {t($ => $.list.nothing)}{' '}
            {isFiltered(filter) && (
              <button type="button" className="link" onClick={() => onSearch(noFilter)}>
                {t($ => $.list.showAll)}
              </button>
            )}
          </p>
        ) : (
          <ObjectGrid
            lines={lines}
            grouping={grouping}
            sort={search.sort}
            sorting={sorting}
            onSort={sort => onSearch({ sort })}
            onOpen={onOpen}
            onFold={fold}
          />
        )}
      </div>
      {state === null ? <footer className="foot" /> : <Foot view={view} state={state} shown={narrowed.rows.length} />}
    </div>
  )
}

const noFilter = { q: undefined, kind: undefined, ns: undefined, findings: undefined, owner: undefined }

/** What has to be known before the list is believed: it is old, or it is of now while the page is of another time. */
function Notes(props: { search: ConfigSearch; onSearch: OnSearch; view: ReturnType<typeof useList> }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const { view, onSearch } = props
  const { at } = scopeIn(props.search)
  const isStale = view.outage !== null && view.at !== null && view.state !== null
  if (!isStale && at === null) return <div className="config-notes" />
  return (
    <div className="config-notes is-told">
      {view.outage !== null && view.at !== null && view.state !== null && (
        <Stale at={view.at} outage={view.outage} skew={view.skew} onTry={view.refresh} />
      )}
      {at !== null && (
        <p className="note degraded">
          {t($ => $.list.now, { at: momentText(at, language) })}{' '}
          <button type="button" className="link" onClick={() => onSearch({ at: undefined })}>
            {t($ => $.list.backToLive)}
          </button>
        </p>
      )}
    </div>
  )
}
