import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Dashboard, Panel } from '#shared/metrics/api.ts'
import { EmptyPanel, type PanelAsked } from '#web/empty/EmptyPanel.tsx'
import type { Mark } from '#web/ui/chart/chart.ts'
import { ChartPanel } from '#web/ui/chart/ChartPanel.tsx'
import { Heatmap } from '#web/ui/chart/Heatmap.tsx'
import { Failing, Refused, Stale } from '#web/ui/faces/Away.tsx'
import { age, clock, duration, significant } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { lineName } from './line-names.ts'
import { formatOf, linesOf, tracesOf } from './lines.ts'
import { dashboardQuery, type DashboardParams, type MetricsSubject } from './query.ts'
import {
  compares,
  type MetricsSearch,
  oneOf,
  type OnMetricsSearch,
  ranges,
  reporters,
  shifts,
  spanIn,
  splits,
} from './search.ts'
import { Toolbar } from './Toolbar.tsx'
import { useDashboard, useHeld } from './view.ts'
import './metrics.css'

/** Charts of one subject over time: dragging across one asks for that span, a cell of the heatmap for its traces. */
export function MetricsTab(props: {
  subject: MetricsSubject
  /** Of all panels these; absent: all. */
  only?: readonly Panel['id'][]
  search: MetricsSearch
  onSearch: OnMetricsSearch
  onGo: (href: string) => void
  /** What changed meanwhile: config changes, rollouts. */
  marks?: readonly Mark[]
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { subject, search, onSearch, onGo, marks } = props
  const params = paramsOf(subject, search)
  const { charts, at, outage, refusal, skew, refresh } = useDashboard(params)
  const data = useHeld(JSON.stringify(subject), charts)
  const shift = shifts[oneOf(search.compare, compares, 'none')]
  const earlier = useQuery(dashboardQuery(earlierThan(params, data, shift), shift > 0 && data !== null))
  return (
    <div className="metrics" aria-busy={charts === null}>
      <Toolbar search={search} onSearch={onSearch} isMesh={subject.of === 'mesh'}>
        {data !== null && <Cost dashboard={data} />}
      </Toolbar>
      <p className="t3 s12 metrics-reporter">{t($ => $.reporterSays[oneOf(search.reporter, reporters, 'auto')])}</p>
      {refusal !== null ? (
        <Refused title={t($ => $.refused)} because={refusal} />
      ) : outage !== null && data === null ? (
        <Failing title={t($ => $.failing)} outage={outage} skew={skew} onTry={refresh} />
      ) : data === null ? (
        <div className="metrics-grid" role="status">
          <span className="sr">{t($ => $.loading)}</span>
          {Array.from({ length: 4 }, (_, index) => (
            <span key={index} className="skeleton card" style={{ height: 220 }} aria-hidden="true" />
          ))}
        </div>
      ) : (
        <>
          {outage !== null && <Stale at={at ?? data.to} outage={outage} skew={skew} onTry={refresh} />}
          <div className={outage === null ? 'metrics-grid' : 'metrics-grid is-stale'}>
            {data.panels
              .filter(
                ({ id, lines }) => (props.only?.includes(id) ?? true) && (!onlyWhereSeen.has(id) || lines.length > 0),
              )
              .map(panel => (
                <SubjectPanel
                  key={panel.id}
                  panel={panel}
                  asked={JSON.stringify(params)}
                  times={data.times}
                  earlier={shift > 0 ? (earlier.data ?? null) : null}
                  shift={shift}
                  exemplars={panel.id === 'latency' ? data.exemplars : none}
                  onSearch={onSearch}
                  onGo={onGo}
                  {...(marks !== undefined && { marks })}
                />
              ))}
            {props.only === undefined && <Heat subject={subject} dashboard={data} onGo={onGo} />}
          </div>
        </>
      )}
    </div>
  )
}

const none: Dashboard['exemplars'] = []

/** One chart. It is made of what it shows and nothing else: while others get new points it stays as it is. */
function SubjectPanel(props: {
  panel: Panel
  /** What was asked for it, as a text: one that is equal is the same. */
  asked: string
  times: Dashboard['times']
  earlier: Dashboard | null
  shift: number
  exemplars: Dashboard['exemplars']
  marks?: readonly Mark[]
  onSearch: OnMetricsSearch
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { panel, asked, times, earlier, shift, exemplars, onSearch, onGo } = props
  // By hand: the compiler keeps them together with what is new at every reading.
  const lines = useMemo(() => {
    const name = (of: string) => t($ => $.before, { name: of })
    const { split } = JSON.parse(asked) as DashboardParams
    return linesOf(panel, times, earlier === null ? null : { dashboard: earlier, shift, name }, line =>
      lineName(t, panel.id, split, line),
    )
  }, [panel, asked, times, earlier, shift, t])
  const span = useMemo(() => ({ from: times[0] ?? 0, to: times.at(-1) ?? 0 }), [times])
  return (
    <ChartPanel
      name={t($ => $.panel[panel.id])}
      lines={lines}
      span={span}
      format={formatOf[panel.unit]}
      query={panel.query}
      group="metrics"
      empty={
        <EmptyPanel
          panel={panel.id}
          {...emptyOf(JSON.parse(asked) as DashboardParams, times)}
          onGo={onGo}
          onMoment={at => onSearch({ from: String(at - halfHour), to: String(at + halfHour) })}
        />
      }
      onZoom={({ from, to }) => onSearch({ from: String(Math.round(from)), to: String(Math.round(to)) })}
      {...(exemplars.length > 0 && {
        exemplars,
        onExemplar: (traceId: string) => onGo(traceHref(traceId)),
        note: <Slowest exemplars={exemplars} onGo={onGo} />,
      })}
      {...(props.marks !== undefined && { marks: props.marks })}
    />
  )
}

/** A service without TCP or gRPC has no chart of it. */
const onlyWhereSeen: ReadonlySet<Panel['id']> = new Set(['tcp', 'openings', 'sizes', 'messages'])

const halfHour = 30 * 60_000

const things = ['service', 'workload'] as const
const directions = ['inbound', 'outbound'] as const

/** Of what an empty chart would be, in the time it would show. */
const emptyOf = (
  { of, namespace, name, direction, reporter }: DashboardParams,
  times: Dashboard['times'],
): Omit<PanelAsked, 'panel'> => ({
  ...(of !== 'mesh' && {
    of: oneOf(of, things, 'service'),
    namespace,
    name,
    direction: oneOf(direction, directions, 'inbound'),
  }),
  reporter: oneOf(reporter, reporters, 'auto'),
  at: times.at(-1),
  window: Math.max(60, Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000)),
})

function paramsOf(subject: MetricsSubject, search: MetricsSearch): DashboardParams {
  const span = spanIn(search)
  const said = {
    ...subject,
    direction: oneOf(search.direction, directions, 'inbound'),
    split: oneOf(search.split, splits, 'none'),
    reporter: oneOf(search.reporter, reporters, 'auto'),
    ...(span ?? { range: oneOf(search.range, ranges, '3600') }),
  }
  return said
}

/** So many steps at once: while the window slides, what it is compared with is not asked for at every step. */
const ahead = 8

/** The same as much earlier, and a little around it. */
function earlierThan(params: DashboardParams, shown: Dashboard | null, shift: number): DashboardParams {
  const { range: _, ...rest } = params
  const { from = 0, to = 0, step = 1 } = shown ?? {}
  const width = Math.min(ahead * step * 1000, shift)
  const [begin, end] = [Math.floor(from / width) * width - shift, Math.ceil(to / width) * width - shift]
  return { ...rest, only: 'compared', from: String(begin), to: String(end) }
}

function Cost({ dashboard }: { dashboard: Dashboard }): ReactNode {
  const { t } = useTranslation('metrics')
  const language = useLanguage()
  return (
    <span className="t3 s11">
      {t($ => $.step, { step: age(dashboard.step * 1000, language) })} ·{' '}
      {t($ => $.queries, { count: dashboard.queries })}
    </span>
  )
}

const traceHref = (traceId: string): string => `/traces/${encodeURIComponent(traceId)}`

/** The way to a trace that is not a point on a canvas. */
function Slowest(props: { exemplars: Dashboard['exemplars']; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('metrics')
  const [slowest] = props.exemplars.toSorted((a, b) => b.value - a.value)
  if (slowest === undefined) return null
  const href = traceHref(slowest.traceId)
  return (
    <a
      href={href}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        props.onGo(href)
      }}
    >
      {t($ => $.slowest, { duration: duration(slowest.value), at: clock(slowest.at) })}
    </a>
  )
}

function Heat(props: { subject: MetricsSubject; dashboard: Dashboard; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('metrics')
  const { subject, dashboard, onGo } = props
  const { heatmap, times, step } = dashboard
  if (heatmap === null || heatmap.bounds.length === 0) return null
  const { bounds, counts } = heatmap
  const buckets = bounds.map(bound => (bound === null ? t($ => $.beyond) : t($ => $.upTo, { value: duration(bound) })))
  const cells = counts.flatMap((row, time) =>
    row.flatMap((count, bucket) => (count > 0 ? [{ time, bucket, count }] : [])),
  )
  return (
    <section className="card chart-panel is-wide" aria-label={t($ => $.heatmap)}>
      <header>
        <h2>{t($ => $.heatmap)}</h2>
        <span className="t3 s11">{subject.of !== 'mesh' && t($ => $.heatmapHint)}</span>
      </header>
      <Heatmap
        name={t($ => $.heatmap)}
        times={times}
        buckets={buckets}
        cells={cells}
        format={value => significant(value, true)}
        describe={cell =>
          t($ => $.cell, {
            at: clock(times[cell.time] ?? 0),
            bucket: buckets[cell.bucket] ?? '',
            requests: significant(cell.count, true),
          })
        }
        onOpen={cell => {
          if (subject.of === 'mesh') return
          const at = times[cell.time]
          if (at === undefined) return
          const above = cell.bucket === 0 ? 0 : (bounds[cell.bucket - 1] ?? 0)
          onGo(tracesOf(`${subject.name}.${subject.namespace}`, { at, step, above, upTo: bounds[cell.bucket] ?? null }))
        }}
      />
    </section>
  )
}
