import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { problemFrom } from '#web/api/call.ts'
import { nodesById } from '#web/topology/names.ts'
import { detailQuery, type Params } from '#web/topology/query.ts'
import { EdgePanel } from './EdgePanel.tsx'
import { Head, type Tab, Tabs, tabs } from './Head.tsx'
import { NodePanel } from './NodePanel.tsx'
import { type Trail, trailOf } from './subject.ts'
import './side.css'

/** What other rooms know of a selection: from where features meet. */
export type Beside = (of: 'doors' | 'changes' | Exclude<Tab, 'traffic'>, trail: Trail) => ReactNode

export interface SidePanelProps {
  graph: Graph
  /** Id of a node or an edge. */
  selected: string
  params: Params
  isStale: boolean
  onSelect: (id: string | null) => void
  onEnter: (namespace: string) => void
  /** Which tab, as the address says it. */
  tab?: string | undefined
  onTab?: (tab: Tab) => void
  beside?: Beside | undefined
}

/** What is selected: its numbers now, how they came about, and where to ask on. */
export function SidePanel(props: SidePanelProps): ReactNode {
  const { t } = useTranslation('side')
  const { graph, selected, onSelect, beside } = props
  const nodes = nodesById(graph)
  const edge = graph.edges.find(({ id }) => id === selected)
  const node = edge === undefined ? nodes.get(selected) : undefined
  const { data, error } = useQuery({
    ...detailQuery(props.params, selected),
    enabled: edge !== undefined || node !== undefined,
  })
  const detail = data?.id === selected ? data : undefined
  const close = () => onSelect(null)
  const trail = trailOf(graph, selected)
  // Of a host outside and of a whole namespace the map knows as much as anybody.
  const hasRooms = beside !== undefined && trail !== null && trail.to.services.length + trail.to.workloads.length > 0
  const shown = hasRooms ? tabs : (['traffic'] as const)
  const current = shown.find(tab => tab === props.tab) ?? 'traffic'
  const shared = {
    ...props,
    nodes,
    detail,
    close,
    missing: error !== null && detail === undefined ? problemFrom(error).detail : null,
    current,
    tabs: <Tabs shown={shown} current={current} onTab={tab => props.onTab?.(tab)} />,
    told: trail !== null && current !== 'traffic' ? beside?.(current, trail) : null,
    doors: trail !== null && beside?.('doors', trail),
  }
  return (
    <aside
      className={props.isStale ? 'side is-stale' : 'side'}
      aria-label={t($ => (edge === undefined ? $.node : $.edge))}
    >
      {edge !== undefined ? (
        <EdgePanel key={edge.id} edge={edge} {...shared} />
      ) : node !== undefined ? (
        <NodePanel key={node.id} node={node} {...shared} />
      ) : (
        <div className="hd">
          <Head kind="" onClose={close} />
          <p className="med">{t($ => $.gone)}</p>
          <p className="t2">{t($ => $.goneHint)}</p>
        </div>
      )}
      {trail !== null && (trail.isEdge || trail.subject !== null) && beside?.('changes', trail)}
    </aside>
  )
}
