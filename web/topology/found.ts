import type { TFunction } from 'i18next'
import type { Shown } from './shown.ts'

/** “4 edges lit”; null while nothing is looked for. */
export function foundText(t: TFunction, { lit, litNodes, litEdges }: Shown): string | null {
  if (lit === null) return null
  const nodes = t($ => $.topology.nodes.any, { count: litNodes })
  const edges = t($ => $.topology.edges, { count: litEdges })
  if (litNodes === 0 && litEdges === 0) return t($ => $.topology.find.nothing)
  const what = litNodes === 0 ? edges : litEdges === 0 ? nodes : t($ => $.topology.both, { nodes, edges })
  return t($ => $.topology.find.lit, { what })
}
