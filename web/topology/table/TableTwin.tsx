import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph, GraphEdge, GraphNode } from '#shared/topology/graph.ts'
import type { OnSearch, TopologySearch } from '#web/topology/search.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { DataGrid } from '#web/ui/grid/DataGrid.tsx'
import { edgeRows, nodeRows } from './rows.ts'
import { useEdgeColumns, useNodeColumns } from './columns.tsx'
import './table.css'

/** The map as a table: same scope, filters and selection, for eyes that prefer rows and for hands without a mouse. */
export function TableTwin(props: {
  graph: Graph
  search: TopologySearch
  onSearch: OnSearch
  /** Left out of the picture. */
  hidden: ReadonlySet<string>
  /** What find lights; null lights everything. In a table the rest is left out. */
  lit: ReadonlySet<string> | null
  isStale: boolean
}): ReactNode {
  const { t } = useTranslation()
  const { graph, search, onSearch, hidden, lit } = props
  const isShown = ({ id }: GraphNode | GraphEdge) => !hidden.has(id) && (lit === null || lit.has(id))
  const kind = search.rows ?? 'edges'
  const edges = edgeRows(graph, isShown)
  const nodes = nodeRows(graph, isShown)
  const shown = kind === 'edges' ? edges.length : nodes.length
  const all = kind === 'edges' ? graph.edges.length : graph.nodes.length
  const shared = {
    sort: search.sort,
    onSort: (sort: string | undefined) => onSearch({ sort }),
    selected: search.selected ?? null,
    onSelect: (id: string) => onSearch({ selected: id }),
  }
  const edgeColumns = useEdgeColumns()
  const nodeColumns = useNodeColumns()
  return (
    <section className={props.isStale ? 'twin is-stale' : 'twin'}>
      <header className="row">
        <Segmented
          name={t($ => $.topology.table.name)}
          value={kind}
          choices={[
            { value: 'edges', label: t($ => $.topology.table.edges) },
            { value: 'nodes', label: t($ => $.topology.table.nodes) },
          ]}
          onChoose={rows => onSearch({ rows: rows === 'nodes' ? 'nodes' : undefined, sort: undefined }, true)}
        />
        <span className="t3 s11" role="status">
          {t($ => $.topology.table.shown, { shown, all })}
        </span>
        <span className="grow" />
        <span className="t3 s11 cut">{t($ => $.topology.table.hint)}</span>
      </header>
      {shown === 0 ? (
        <p className="nothing t2">
          {t($ => $.topology.table.nothing)}{' '}
          <button type="button" className="link" onClick={() => onSearch({ find: undefined, hide: undefined })}>
            {t($ => $.topology.table.showAll)}
          </button>
        </p>
      ) : kind === 'edges' ? (
        <DataGrid
          key="edges"
          name={t($ => $.topology.table.captionEdges)}
          rows={edges}
          columns={edgeColumns}
          {...shared}
        />
      ) : (
        <DataGrid
          key="nodes"
          name={t($ => $.topology.table.captionNodes)}
          rows={nodes}
          columns={nodeColumns}
          {...shared}
        />
      )}
    </section>
  )
}
