import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { explainExplored } from '#shared/metrics/api.ts'
import type { OwnChart, OwnCharts } from '#shared/metrics/own/api.ts'
import { Explained } from '#web/empty/Explained.tsx'
import { formatOf } from '#web/metrics/lines.ts'
import type { Line } from '#web/ui/chart/chart.ts'
import { ChartPanel } from '#web/ui/chart/ChartPanel.tsx'
import { choiceAll, choiceOf, chosenOf } from './search.ts'

/** As long as a query may be that is explained. */
const longest = 4096

type OnZoom = (span: { from: number; to: number }) => void

/** All charts of a dashboard. */
export function OwnPanels(props: { charts: OwnCharts; isStale: boolean; onZoom?: OnZoom }): ReactNode {
  const { charts, isStale, onZoom } = props
  return (
    <div className={isStale ? 'metrics-grid is-stale' : 'metrics-grid'}>
      {charts.panels.map(panel => (
        <div key={panel.id} className={panel.isWide ? 'is-wide' : undefined}>
          <OwnPanelChart panel={panel} times={charts.times} {...(onZoom !== undefined && { onZoom })} />
        </div>
      ))}
    </div>
  )
}

/** One of them: while others get new points it stays as it is. */
function OwnPanelChart(props: { panel: OwnChart; times: readonly number[]; onZoom?: OnZoom }): ReactNode {
  const { t } = useTranslation('metrics')
  const { panel, times, onZoom } = props
  // By hand: the compiler keeps them together with what is new at every reading.
  const lines = useMemo(() => toned(panel, times), [panel, times])
  const span = useMemo(() => ({ from: times[0] ?? 0, to: times.at(-1) ?? 0 }), [times])
  if (panel.problem !== null)
    return (
      <section className="card chart-panel" aria-label={panel.title}>
        <header>
          <h2>{panel.title}</h2>
        </header>
        <p className="note degraded own-problem" role="note">
          {panel.problem}
        </p>
      </section>
    )
  return (
    <ChartPanel
      name={panel.title}
      lines={lines}
      span={span}
      format={formatOf[panel.unit]}
      query={panel.queries.join('\n')}
      empty={<Why queries={panel.queries} times={times} />}
      group="metrics"
      isStacked={panel.isStacked}
      {...(panel.series > panel.lines.length && {
        note: t($ => $.series, { shown: panel.lines.length, all: panel.series }),
      })}
      {...(onZoom !== undefined && { onZoom })}
    />
  )
}

/** Of the first query that can be asked about: what Prometheus lacks for it. */
function Why({ queries, times }: { queries: readonly string[]; times: readonly number[] }): ReactNode {
  const q = queries.find(({ length }) => length <= longest)
  if (q === undefined) return null
  const params = { q, from: String(times[0] ?? 0), to: String(times.at(-1) ?? 0) }
  return <Explained endpoint={explainExplored} params={params} />
}

/** Colours go by name: the order of lines goes by their size, which moves while one looks. */
function toned({ lines }: OwnChart, times: readonly number[]): Line[] {
  const sorted = lines.map(({ id }) => id).sort()
  return lines.map(line => ({ ...line, times, tone: sorted.indexOf(line.id) }))
}

/** What is chosen of each variable. */
export function Variables(props: {
  variables: OwnCharts['variables']
  onChoose: (name: string, value: string | null) => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  if (props.variables.length === 0) return null
  return (
    <div className="tools own-variables" role="toolbar" aria-label={t($ => $.own.variables)}>
      {props.variables.map(variable => (
        <label key={variable.name} className="row s12">
          <span className="t3 mono">${variable.name}</span>
          <select
            className="field"
            aria-label={`$${variable.name}`}
            value={choiceOf(variable)}
            onChange={event => props.onChoose(variable.name, chosenOf(event.target.value))}
          >
            {variable.allowsAll && <option value={choiceAll}>{t($ => $.own.all)}</option>}
            {variable.chosen !== null && !variable.options.includes(variable.chosen) && (
              <option value={choiceOf(variable)}>{variable.chosen}</option>
            )}
            {variable.options.map(option => (
              <option key={option} value={`=${option}`}>
                {option}
              </option>
            ))}
          </select>
          {variable.problem !== null && <span className="note degraded">{variable.problem}</span>}
          {variable.more > 0 && <span className="t3">{t($ => $.own.more, { count: variable.more })}</span>}
        </label>
      ))}
    </div>
  )
}
