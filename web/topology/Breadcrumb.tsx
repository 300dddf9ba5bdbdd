import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { Icon } from '#web/ui/Icon.tsx'

/** Where one is inside, and the way back out; or why the map is grouped. */
export function Breadcrumb(props: { graph: Graph; onLeave: (namespace: string | null) => void }): ReactNode {
  const { t } = useTranslation()
  const { graph } = props
  const isGrouped = graph.requestedLevel !== graph.level
  if (!hasBreadcrumb(graph)) return null
  return (
    <div className="crumbs">
      {graph.open.length > 0 && (
        <nav aria-label={t($ => $.topology.inside)}>
          <button type="button" className="link" onClick={() => props.onLeave(null)}>
            {t($ => $.topology.allNamespaces)}
          </button>
          <span className="t3" aria-hidden="true">
            ›
          </span>
          {graph.open.map(namespace => (
            <span key={namespace} className="chip mono" aria-current="location">
              {namespace}
              <button
                type="button"
                aria-label={t($ => $.topology.leave, { name: namespace })}
                title={t($ => $.topology.leave, { name: namespace })}
                onClick={() => props.onLeave(namespace)}
              >
                <Icon name="close" small />
              </button>
            </span>
          ))}
        </nav>
      )}
      {isGrouped && graph.open.length === 0 && (
        <p className="t2">
          {t($ => $.topology.grouped, {
            members: t($ => $.topology.nodes[graph.requestedLevel], {
              count: graph.nodes.reduce((sum, { kind, members }) => sum + (kind === 'namespace' ? members : 0), 0),
            }),
          })}
        </p>
      )}
    </div>
  )
}

/** Whether there is something to say about where one is. */
export const hasBreadcrumb = (graph: Graph): boolean => graph.open.length > 0 || graph.requestedLevel !== graph.level
