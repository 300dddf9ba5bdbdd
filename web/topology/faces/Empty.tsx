import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import type { Params } from '#web/topology/query.ts'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'

/** Nothing to draw: the ladder with its first failing rung, and what would fill the picture. */
export function Empty(props: {
  graph: Graph
  params: Params
  /** Namespaces of the scope; empty: all. */
  namespaces: readonly string[]
  idle: number
  onShowIdle: () => void
  onMoment: (at: number) => void
  onAllNamespaces: () => void
}): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const { params, namespaces } = props
  return (
    <EmptyPanel
      panel="traffic"
      namespaces={params['namespaces']}
      at={params['at']}
      window={params['window']}
      title={
        namespaces.length > 0
          ? t($ => $.topology.faces.emptyIn, {
              scope: namespaces.slice(0, 3).join(', ') + (namespaces.length > 3 ? ' …' : ''),
            })
          : t($ => $.topology.faces.empty)
      }
      lead={t($ => $.topology.faces.emptyWindow, { window: age(props.graph.window * 1000, language) })}
      onMoment={props.onMoment}
    >
      {props.idle > 0 && (
        <button type="button" className="link" onClick={props.onShowIdle}>
          {t($ => $.topology.faces.showIdle, { count: props.idle })}
        </button>
      )}
      {namespaces.length > 0 && (
        <button type="button" className="link" onClick={props.onAllNamespaces}>
          {t($ => $.topology.faces.allNamespaces)}
        </button>
      )}
    </EmptyPanel>
  )
}
