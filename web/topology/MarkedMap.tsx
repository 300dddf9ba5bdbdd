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
export function MarkedMap(props: {
  calls: readonly MarkedCall[]
  /** How calls that are not on the map are told. */
  missing: (calls: readonly MarkedCall[]) => ReactNode
}): ReactNode {
  const { t } = useTranslation()
  const theme = useTheme()
  const { calls } = props
  const namespaces = [
    ...new Set(calls.flatMap(({ source, destination }) => [source.namespace, destination.namespace])),
  ].filter(name => name !== '')
  const { graph, outage, refusal } = useView({ level: 'workload', namespaces: namespaces.toSorted().join(',') })
  const marked = useMemo(() => (graph === null ? null : withMarks(graph, calls)), [graph, calls])
  const because = refusal ?? (graph === null ? outage?.because : undefined)
  if (because !== undefined)
    return (
      <p className="note degraded" role="alert">
        {because}
      </p>
    )
  if (marked === null) return <LoadingMap />
  const { missing } = marked
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
            // What would be does not flow yet.
            reducedMotion
            view={`marked:${namespaces.join(',')}`}
            words={mapWords(t)}
            onSelect={nothing}
            onEnter={nothing}
          />
        </Suspense>
      </div>
      {missing.length > 0 && props.missing(missing)}
    </>
  )
}
