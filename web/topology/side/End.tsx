import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GraphNode } from '#shared/topology/graph.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { fullName } from '#web/topology/names.ts'

/** One end: its namespace over its name; leads to it. */
export function End({ node, onSelect }: { node: GraphNode; onSelect?: (id: string) => void }): ReactNode {
  const { t } = useTranslation()
  const where = node.kind === 'namespace' || node.namespace === '' ? t($ => $.topology.kind[node.kind]) : node.namespace
  const content = (
    <>
      <span className={node.namespace === '' ? 'ns' : 'ns mono'}>{where}</span>
      <span className="name mono cut">{cutMiddle(node.name, onSelect === undefined ? 40 : 17)}</span>
    </>
  )
  if (onSelect === undefined)
    return (
      <div className="end" title={fullName(node)}>
        {content}
      </div>
    )
  return (
    <button type="button" className="end" title={fullName(node)} onClick={() => onSelect(node.id)}>
      {content}
    </button>
  )
}
