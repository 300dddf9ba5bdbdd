import { lazy, type ReactNode, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useTheme } from '#web/ui/theme-choice.ts'
import { LoadingMap } from './faces/Loading.tsx'
import { mapWords } from './map-words.ts'
import { type MarkedCall, withMarks } from './marked.ts'
import { useView } from './view.ts'
import './topology.css'

const GraphCanvas = lazy(async () => ({ default: (await import('./canvas/GraphCanvas.tsx')).GraphCanvas }))

const none: ReadonlySet<string> = new Set()
const nothing = () => {}

/** The map of what some calls are made between, with what is said of them: only they have colour. */
export function MarkedMap<Call extends MarkedCall>(props: {
  calls: readonly Call[]
  /** How calls that are not on the map are told. */
  missing: (calls: readonly Call[]) => ReactNode
  /** Calls are between these. */
  level?: 'workload' | 'service'
  /** Milliseconds since the epoch, as an address says it; absent: now. */
  at?: string | undefined
  /** A hand on an edge, or on a node at which calls arrive. */
  onPick?: (call: Call) => void
}): ReactNode {
  const { t } = useTranslation()
  const theme = useTheme()
  const { calls, level = 'workload', at, onPick } = props
  const namespaces = [
    ...new Set(calls.flatMap(({ source, destination }) => [source.namespace, destination.namespace])),
  ].filter(name => name !== '')
  const { graph, outage, refusal } = useView({
    level,
    namespaces: namespaces.toSorted().join(','),
    ...(at !== undefined && { at }),
  })
  const marked = useMemo(() => (graph === null ? null : withMarks(graph, calls, level)), [graph, calls, level])
  const because = refusal ?? (graph === null ? outage?.because : undefined)
  if (because !== undefined)
    return (
      <p className="note degraded" role="alert">
        {because}
      </p>
    )
  if (marked === null) return <LoadingMap />
  const { missing, callOf } = marked
  const pick = (id: string | null) => {
    const call = id === null ? undefined : callOf.get(id)
    if (call !== undefined) onPick?.(call)
  }
  return (
    <>
      <div className="marked-map">
        <Suspense fallback={<LoadingMap />}>
          <GraphCanvas
            graph={marked.graph}
            lens="traffic"
            marks={marked.marks}
            selected={null}
            lit={marked.lit.size === 0 ? null : marked.lit}
            hidden={none}
            isStale={outage !== null}
            theme={theme}
            // What would be, or was, does not flow now.
            reducedMotion
            view={`marked:${level}:${namespaces.join(',')}`}
            words={mapWords(t)}
            onSelect={onPick === undefined ? nothing : pick}
            onEnter={nothing}
          />
        </Suspense>
      </div>
      {missing.length > 0 && props.missing(missing)}
    </>
  )
}
