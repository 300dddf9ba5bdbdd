import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { problemFrom } from '#web/api/call.ts'
import { nodesById } from '#web/topology/names.ts'
import { detailQuery, type Params } from '#web/topology/query.ts'
import { EdgePanel } from './EdgePanel.tsx'
import { Head } from './Head.tsx'
import { NodePanel } from './NodePanel.tsx'
import { type Subject, subjectOf } from './subject.ts'
import './side.css'

export interface SidePanelProps {
  graph: Graph
  /** Id of a node or an edge. */
  selected: string
  params: Params
  isStale: boolean
  onSelect: (id: string | null) => void
  onEnter: (namespace: string) => void
  /** What can be changed about it: from where features meet. */
  changes?: (subject: Subject) => ReactNode
}

/** What is selected: its numbers now, how they came about, and where to ask on. */
export function SidePanel(props: SidePanelProps): ReactNode {
  const { t } = useTranslation()
  const { graph, selected, onSelect } = props
  const nodes = nodesById(graph)
  const edge = graph.edges.find(({ id }) => id === selected)
  const node = edge === undefined ? nodes.get(selected) : undefined
  const { data, error } = useQuery({
    ...detailQuery(props.params, selected),
    enabled: edge !== undefined || node !== undefined,
  })
  const detail = data?.id === selected ? data : undefined
  const close = () => onSelect(null)
  const subject = subjectOf(graph, selected)
  const shared = {
    ...props,
    nodes,
    detail,
    close,
    missing: error !== null && detail === undefined ? problemFrom(error).detail : null,
  }
  return (
    <aside
      className={props.isStale ? 'side is-stale' : 'side'}
      aria-label={t($ => (edge === undefined ? $.side.node : $.side.edge))}
    >
      {edge !== undefined ? (
        <EdgePanel key={edge.id} edge={edge} {...shared} />
      ) : node !== undefined ? (
        <NodePanel key={node.id} node={node} {...shared} />
      ) : (
        <div className="hd">
          <Head kind="" onClose={close} />
          <p className="med">{t($ => $.side.gone)}</p>
          <p className="t2">{t($ => $.side.goneHint)}</p>
        </div>
      )}
      {subject !== null && props.changes?.(subject)}
    </aside>
  )
}
