import { type ReactNode, useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { RefusalsLegend } from '#web/security/refusals/RefusalsLegend.tsx'
import { useRefusals } from '#web/security/refusals/use-refusals.ts'
import '#web/security/security.css'
import type { Marks } from '#web/topology/elements.ts'
import { refusalMarks } from '#web/topology/refusals.ts'

/** The lens of refusals: the room of security tells the map what policies refuse, and would. */
export function Refusals(props: {
  graph: Graph
  onMarks: (marks: Marks | null) => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { graph, onMarks } = props
  const { refused, ...told } = useRefusals()
  const [now, wouldBe] = [t($ => $.refusals.refused), t($ => $.refusals.would)]
  const marks = useMemo(() => refusalMarks(graph, refused, { refused: now, wouldBe }), [graph, refused, now, wouldBe])
  useEffect(() => {
    onMarks(marks)
    return () => onMarks(null)
  }, [marks, onMarks])
  return <RefusalsLegend {...told} onGo={props.onGo} />
}

/** At a moment of the past the map has no marks, and says so. */
export function RefusalsOfPast(): ReactNode {
  const { t } = useTranslation('security')
  return <p role="status">{t($ => $.refusals.past)}</p>
}
