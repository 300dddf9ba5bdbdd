import { lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { failingPath } from '#shared/topology/failing-path.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { namespacesIn, scopeIn, scopeSearch } from '#web/api/scope.ts'
import { later } from '#web/ui/later.ts'
import { useReducedMotion, useTheme } from '#web/ui/theme-choice.ts'
import { Breadcrumb, hasBreadcrumb } from './Breadcrumb.tsx'
import type { MapApi } from './canvas/GraphCanvas.tsx'
import { coveredCorners } from './corners.ts'
import type { Marks } from './elements.ts'
import { FailingNote } from './FailingNote.tsx'
import { Failing, Refused } from './faces/Failing.tsx'
import { LoadingMap, LoadingTable } from './faces/Loading.tsx'
import { Stale } from './faces/Stale.tsx'
import { matcherOf } from './find/matcher.ts'
import { Foot } from './Foot.tsx'
import { foundText } from './found.ts'
import { Legend } from './Legend.tsx'
import { mapWords } from './map-words.ts'
import { withOthers } from './others.ts'
import { paramsOf } from './query.ts'
import type { OnSearch, TopologySearch } from './search.ts'
import { shown } from './shown.ts'
import type { Beside } from './side/SidePanel.tsx'
import { Toolbar } from './Toolbar.tsx'
import { usePageVoice } from './use-page-voice.ts'
import { useView } from './view.ts'
import './topology.css'

const GraphCanvas = lazy(async () => ({ default: (await import('./canvas/GraphCanvas.tsx')).GraphCanvas }))
const Empty = lazy(async () => ({ default: (await import('./faces/Empty.tsx')).Empty }))
const TableTwin = lazy(async () => ({ default: (await import('./table/TableTwin.tsx')).TableTwin }))
const SidePanel = later(async () => (await import('./side/SidePanel.tsx')).SidePanel, 'side', 'health')

/** The live map and its table twin. Everything that is chosen comes from the address and goes back to it. */
export function TopologyPage({
  search,
  onSearch,
  beside,
  refusals,
}: {
  search: TopologySearch
  onSearch: OnSearch
  beside?: Beside
  /** Tells marks of what policies refuse, and what they mean. Null: the map is of the past. */
  refusals?: (graph: Graph | null, onMarks: (marks: Marks | null) => void) => ReactNode
}): ReactNode {
  const { t } = useTranslation()
  const theme = useTheme()
  const reducedMotion = useReducedMotion()
  const [map, setMap] = useState<MapApi | null>(null)
  const [marks, setMarks] = useState<Marks | null>(null)
  const params = paramsOf(search)
  const { graph: told, isReading, outage, refusal, skew, refresh } = useView(params)
  const graph = withOthers(
    told,
    t($ => $.topology.map.others),
  )
  usePageVoice(graph, onSearch)

  const words = mapWords(t)
  const scope = scopeIn(search)
  const isTable = search.view === 'table'
  const isStale = outage !== null
  const find = matcherOf(search.find, graph)
  const hide = matcherOf(search.hide, graph)
  const drawn = graph === null ? null : shown(graph, { showsIdle: search.idle === 'show', find, hide })
  const path = graph === null || isTable ? null : failingPath(graph)
  const selected = search.selected ?? null
  const select = (id: string | null) => onSearch({ selected: id ?? undefined })
  const leave = (namespace: string | null) => {
    const open = namespace === null ? [] : namespacesIn(search.open).filter(name => name !== namespace)
    onSearch({ open: open.length === 0 ? undefined : open.join(','), selected: undefined }, true)
  }
  const enter = (namespace: string) => onSearch({ level: 'namespace', open: namespace, selected: undefined }, true)

  return (
    <div className={isReading ? 'top is-reading' : 'top'} aria-busy={isReading}>
      <h1 className="sr">{t($ => $.topology.title)}</h1>
      <Toolbar
        search={search}
        onSearch={onSearch}
        level={graph?.level ?? 'service'}
        found={drawn === null ? null : foundText(t, drawn)}
        graph={graph}
        exporter={isTable || drawn === null || drawn.nodes === 0 ? null : map}
      />
      <div className="stage">
        <div className={isTable ? 'canvas' : 'canvas is-map'}>
          {refusal !== null ? (
            <Refused
              because={refusal}
              onReset={() => onSearch({ ns: undefined, open: undefined, window: undefined })}
            />
          ) : graph === null || drawn === null ? (
            outage !== null ? (
              <Failing outage={outage} skew={skew} onTry={refresh} />
            ) : isTable ? (
              <LoadingTable />
            ) : (
              <LoadingMap />
            )
          ) : drawn.nodes === 0 && find === null && hide === null ? (
            <Suspense fallback={<LoadingMap />}>
              <Empty
                graph={graph}
                params={params}
                namespaces={scope.namespaces}
                idle={drawn.idleHidden}
                onShowIdle={() => onSearch({ idle: 'show' })}
                onMoment={at => onSearch(scopeSearch({ ...scope, at: at - skew }), true)}
                onAllNamespaces={() => onSearch({ ns: undefined }, true)}
              />
            </Suspense>
          ) : isTable ? (
            <Suspense fallback={<LoadingTable />}>
              <TableTwin
                graph={graph}
                search={search}
                onSearch={onSearch}
                hidden={drawn.hidden}
                lit={drawn.lit}
                isStale={isStale}
              />
            </Suspense>
          ) : (
            <Suspense fallback={<LoadingMap />}>
              <GraphCanvas
                graph={graph}
                lens={search.lens ?? 'traffic'}
                marks={marks}
                selected={selected}
                lit={drawn.lit}
                hidden={drawn.hidden}
                isStale={isStale}
                theme={theme}
                reducedMotion={reducedMotion}
                view={search.ns ?? ''}
                words={words}
                covered={coveredCorners(path !== null || outage !== null, hasBreadcrumb(graph))}
                onSelect={select}
                onEnter={enter}
                onReady={setMap}
              />
            </Suspense>
          )}
          {graph !== null && !isTable && <Breadcrumb graph={graph} onLeave={leave} />}
          <div className="notes">
            {graph !== null && outage !== null && <Stale at={graph.at} outage={outage} skew={skew} onTry={refresh} />}
            {path?.health === 'failing' && outage === null && search.lens !== 'refusals' && (
              <FailingNote path={path} params={params} onSelect={select} />
            )}
          </div>
        </div>
        {!isTable && (
          <Legend>
            {search.lens === 'refusals' && graph !== null && refusals?.(scope.at === null ? graph : null, setMarks)}
          </Legend>
        )}
        {graph === null || drawn === null ? (
          <footer className="foot" />
        ) : (
          <Foot
            graph={graph}
            isLive={scope.at === null}
            isStale={isStale}
            skew={skew}
            nodes={drawn.nodes}
            edges={drawn.edges}
            idleHidden={drawn.idleHidden}
            otherHidden={drawn.otherHidden}
          />
        )}
      </div>
      {selected !== null && graph !== null && (
        <Suspense fallback={<aside className="side" />}>
          <SidePanel
            graph={graph}
            selected={selected}
            params={params}
            isStale={isStale}
            onSelect={select}
            onEnter={enter}
            tab={search.tab}
            onTab={tab => onSearch({ tab: tab === 'traffic' ? undefined : tab })}
            beside={beside}
          />
        </Suspense>
      )}
    </div>
  )
}
