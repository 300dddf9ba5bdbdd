import { oneOf, range, rate } from '#bff/sources/promql.ts'
import type { Kubernetes, Prometheus } from '#bff/sources/source.ts'
import type { Ladder, LadderQuery } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { type Answer, climb, type Step } from './ladder.ts'
import { type PanelMetrics, panelMetrics } from './panels.ts'
import { type LadderSubject, podMatchers, reporterMatcher, subjectOf } from './subject.ts'
import { defaultWindow } from '#bff/mesh/queries.ts'
import { type FailingScrape, type Scrapes, scrapesOf } from './scrapes.ts'

export interface EmptyDeps {
  sources: { prometheus: Prometheus; kubernetes: Pick<Kubernetes, 'objects'> }
  now: () => EpochMilliseconds
}

/** What was found, before it is told to anybody: which policy refuses a scrape depends on who may read policies. */
export interface Explained {
  ladder: Ladder
  failing: readonly FailingScrape[]
}

const day = 24 * 3_600_000
/** Of the look back: five minutes, in seconds. */
const step = 300

/** Why there is nothing to draw. `namespaces` are those the caller may see. */
export async function explain(query: LadderQuery, deps: EmptyDeps, signal: AbortSignal): Promise<Explained> {
  const { prometheus, kubernetes } = deps.sources
  const at = query.at ?? deps.now()
  const panel = panelMetrics[query.panel]
  const subject = subjectOf(query, kubernetes.objects())
  const count = async (promql: string): Promise<number> => (await prometheus.query(promql, at, signal))[0]?.value ?? 0
  let scrapes: Scrapes | null = null

  const steps: Step[] = [
    {
      rung: 'sourceReachable',
      ask: async () => {
        const asked = 'vector(1)'
        await count(asked)
        const { url } = prometheus.state()
        return { state: 'holds', detail: [{ says: 'answersAt', facts: { source: 'prometheus', url } }], query: asked }
      },
    },
    ...(panel.teller === 'kubelets'
      ? []
      : [
          {
            rung: 'scraped' as const,
            ask: async (): Promise<Answer> => {
              const [whose, more] = panel.teller === 'istiod' ? [istiodOf(deps), []] : [subject, []]
              scrapes = await scrapesOf(prometheus, whose, more, at, signal)
              return scrapes.answer
            },
          },
        ]),
    { rung: 'metricThere', ask: async () => metricThere(panel, count) },
    ...(panel.teller === 'istiod'
      ? []
      : [{ rung: 'labelsAsExpected' as const, ask: async () => labelsAsExpected(panel, count) }]),
    {
      rung: 'trafficInWindow',
      ask: async () => {
        const window = query.window ?? defaultWindow((await prometheus.scrapeInterval(signal)).interval)
        const asked = inWindow(query, panel, subject, window)
        const found = await count(asked)
        if (found > 0)
          return {
            state: 'holds',
            detail: [{ says: 'seriesInWindow', facts: { count: found, subject: subject.subject, window } }],
            query: asked,
            lastAt: at,
          }
        const others =
          query.reporter === 'auto' ? 0 : await count(inWindow({ ...query, reporter: 'auto' }, panel, subject, window))
        return {
          state: 'fails',
          detail: [
            others > 0
              ? { says: 'otherEndTells', facts: { count: others, subject: subject.subject } }
              : nothingOf(query, panel, subject, window),
          ],
          query: asked,
          lastAt: await lastAt(inWindow(query, panel, subject, step), prometheus, at, signal),
        }
      },
    },
  ]
  const ladder = await climb(steps)
  return { ladder, failing: (scrapes as Scrapes | null)?.failing ?? [] }
}

/** istiod runs where its pods say; in its usual place where none is known. */
function istiodOf({ sources: { kubernetes } }: EmptyDeps): LadderSubject {
  const pods = (kubernetes.objects()?.pods ?? []).filter(({ labels }) => labels['app'] === 'istiod')
  return {
    subject: { of: 'istiod' },
    namespaces: pods.length === 0 ? ['istio-system'] : [...new Set(pods.map(({ namespace }) => namespace))],
    traffic: [[]],
    pods: pods.map(({ namespace, name }) => ({ namespace, name })),
  }
}

const named = (metrics: readonly string[]): string => (metrics.length === 1 ? (metrics[0] ?? '') : '')
const nameMatchers = (metrics: readonly string[]): string[] =>
  metrics.length === 1 ? [] : [oneOf('__name__', metrics)]
const isTraffic = ({ metrics }: PanelMetrics): boolean => metrics.every(metric => metric.startsWith('istio_'))
const choose = ({ metrics }: PanelMetrics, matchers: readonly string[]): string => {
  const all = [...nameMatchers(metrics), ...matchers]
  return all.length === 0 ? named(metrics) : `${named(metrics)}{${all.join(',')}}`
}

async function metricThere(panel: PanelMetrics, count: (promql: string) => Promise<number>): Promise<Answer> {
  const query = `count(${choose(panel, [])})`
  const series = await count(query)
  const metrics = [...panel.metrics]
  return series === 0
    ? {
        state: 'fails',
        detail: [
          { says: 'noMetric', facts: { metrics } },
          { says: panel.takes, facts: {} },
        ],
        query,
      }
    : { state: 'holds', detail: [{ says: 'seriesThere', facts: { count: series, metrics } }], query }
}

async function labelsAsExpected(panel: PanelMetrics, count: (promql: string) => Promise<number>): Promise<Answer> {
  const wanted = isTraffic(panel)
    ? [reporterMatcher('auto'), 'source_workload!=""', 'destination_service_name!=""']
    : ['namespace!=""', ...panel.matchers]
  const query = `count(${choose(panel, wanted)})`
  const fit = await count(query)
  if (fit > 0) return { state: 'holds', detail: [{ says: 'labelled', facts: { count: fit } }], query }
  return {
    state: 'fails',
    detail: [
      isTraffic(panel) ? { says: 'trafficUnlabelled', facts: {} } : { says: 'unlabelled', facts: { matchers: wanted } },
    ],
    query,
  }
}

/** Of the list and the map what moves; of a chart what is there at all, as a line at nothing is a line. */
function inWindow(
  query: Pick<LadderQuery, 'panel' | 'reporter'>,
  panel: PanelMetrics,
  subject: LadderSubject,
  window: Seconds,
): string {
  if (!isTraffic(panel)) {
    const own = panel.teller === 'istiod' ? [] : podMatchers(subject)
    return `count(count_over_time(${choose(panel, [...panel.matchers, ...own])}${range(window)}))`
  }
  const own = subject.traffic.map(matchers =>
    query.reporter === 'auto' ? matchers : [reporterMatcher(query.reporter), ...matchers],
  )
  if (query.panel !== 'traffic')
    return `count(${own.map(matchers => `count_over_time(${choose(panel, matchers)}${range(window)})`).join(' or ')})`
  // The metrics have different labels, so that `or` keeps all.
  return `count((${['istio_requests_total', 'istio_tcp_sent_bytes_total']
    .flatMap(metric => own.map(matchers => rate(metric, matchers, window)))
    .join(' or ')}) > 0)`
}

const nothingOf = (
  { panel: id }: LadderQuery,
  { metrics }: PanelMetrics,
  { subject }: LadderSubject,
  window: Seconds,
): Statement =>
  id === 'traffic'
    ? { says: 'noTraffic', facts: { subject, window } }
    : { says: 'noSamples', facts: { metrics: [...metrics], subject, window } }

async function lastAt(
  promql: string,
  prometheus: Prometheus,
  at: EpochMilliseconds,
  signal: AbortSignal,
): Promise<EpochMilliseconds | null> {
  const found = await prometheus.queryRange(promql, { start: at - day, end: at, step }, signal)
  const times = found.flatMap(series => series.times)
  return times.length === 0 ? null : Math.max(...times)
}
