import type { ReactNode } from 'react'
import { explainEmpty, type LadderPanel, type LadderQuery } from '#shared/mesh/ladder.ts'
import { type Around, Explained } from './Explained.tsx'

/** A panel of numbers and what it is about. What is not said is not asked: all that may be seen, both ways, now. */
export interface PanelAsked {
  panel: LadderPanel
  /** As the scope of the page has them. */
  namespaces?: string | undefined
  of?: LadderQuery['of']
  namespace?: string | undefined
  name?: string | undefined
  direction?: LadderQuery['direction'] | undefined
  reporter?: LadderQuery['reporter'] | undefined
  /** Milliseconds since the epoch. */
  at?: number | string | undefined
  /** Seconds that it shows. */
  window?: number | string | undefined
}

/** Why a panel of Prometheus' numbers is empty. */
export function EmptyPanel(props: PanelAsked & Around): ReactNode {
  const { panel, namespaces, of, namespace, name, direction, reporter, at, window, ...around } = props
  const asked = { panel, namespaces, of, namespace, name, direction, reporter, at, window }
  const params = Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, value?.toString()]))
  return <Explained endpoint={explainEmpty} params={params} {...around} />
}
