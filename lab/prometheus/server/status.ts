import { metricName } from '#lab/prometheus/labels.ts'
import { PromqlError } from '#lab/prometheus/promql/error.ts'
import type { Context } from './context.ts'
import { invalid, type Reply, successOf } from './reply.ts'

/** `/api/v1/metadata` */
export function answerMetadata({ parameters, store }: Context): Reply {
  const limitText = parameters.get('limit') ?? ''
  const limit = limitText === '' ? -1 : Number(limitText)
  if (!Number.isInteger(limit)) throw new PromqlError('bad_data', 'limit must be a number')
  const wanted = parameters.get('metric') ?? ''
  const entries = Object.entries(store.metadata()).filter(([name]) => wanted === '' || name === wanted)
  const kept = limit < 0 ? entries : entries.slice(0, limit)
  return successOf(Object.fromEntries(kept.map(([name, { type, help, unit }]) => [name, [{ type, help, unit }]])))
}

/** `/api/v1/targets` */
export function answerTargets({ parameters, store }: Context): Reply {
  const state = (parameters.get('state') ?? '').toLowerCase()
  const interval = `${store.scrapeInterval}s`
  const activeTargets = store.targets().map(({ labels, scrapeUrl, lastScrape, health }) => ({
    discoveredLabels: labels,
    labels,
    scrapePool: labels['job'] ?? '',
    scrapeUrl,
    globalUrl: scrapeUrl,
    lastError: '',
    lastScrape: new Date(lastScrape).toISOString(),
    lastScrapeDuration: 0,
    health,
    scrapeInterval: interval,
    scrapeTimeout: scrapeTimeout(store.scrapeInterval),
  }))
  return successOf({ activeTargets: state === 'dropped' ? [] : activeTargets, droppedTargets: [] })
}

const scrapeTimeout = (interval: number): string => `${Math.min(10, interval)}s`

/** The configuration of a Prometheus that scrapes as the store does. */
export function defaultConfig(scrapeInterval: number): string {
  return [
    'global:',
    `  scrape_interval: ${scrapeInterval}s`,
    `  scrape_timeout: ${scrapeTimeout(scrapeInterval)}`,
    '  evaluation_interval: 1m',
    '',
  ].join('\n')
}

/** `/api/v1/rules` and `/api/v1/alerts`: the lab has no rules. */
export function answerRules({ parameters }: Context): Reply {
  const type = parameters.get('type') ?? ''
  if (type !== '' && type !== 'alert' && type !== 'record') throw invalid('type', `not supported value "${type}"`)
  return successOf({ groups: [] })
}

export const answerAlerts = (): Reply => successOf({ alerts: [] })

export const answerBuildInfo = ({ version }: Context): Reply =>
  successOf({ version, revision: 'lab', branch: '', buildUser: '', buildDate: '', goVersion: '' })

export const answerConfig = ({ config }: Context): Reply => successOf({ yaml: config })

export function answerRuntimeInfo({ startTime }: Context): Reply {
  const started = new Date(startTime).toISOString()
  return successOf({
    startTime: started,
    CWD: '/prometheus',
    reloadConfigSuccess: true,
    lastConfigTime: started,
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: 1,
    GOGC: '',
    GODEBUG: '',
    storageRetention: '6h',
  })
}

/** The flags whose effect this server has, at the values it has. */
export const answerFlags = (): Reply =>
  successOf({
    'query.lookback-delta': '5m',
    'query.max-samples': '50000000',
    'query.timeout': '2m',
  })

const shown = 10
const recent = 300_000

/** `/api/v1/status/tsdb` over the series that are alive now. */
export function answerTsdb({ store, now }: Context): Reply {
  const series = store.select([{ name: metricName, op: '!=', value: '' }], now - recent, now)
  const byMetric = new Map<string, number>()
  const byPair = new Map<string, number>()
  const valuesByName = new Map<string, Set<string>>()
  for (const { labels } of series) {
    count(byMetric, labels[metricName] ?? '')
    for (const [name, value] of Object.entries(labels)) {
      count(byPair, `${name}=${value}`)
      const values = valuesByName.get(name) ?? new Set<string>()
      valuesByName.set(name, values.add(value))
    }
  }
  const valueCounts = new Map([...valuesByName].map(([name, values]) => [name, values.size] as const))
  const bytes = new Map([...valuesByName].map(([name, values]) => [name, bytesOf(values)] as const))
  return successOf({
    headStats: {
      numSeries: series.length,
      numLabelPairs: byPair.size,
      chunkCount: series.length,
      minTime: series.reduce((least, { times }) => Math.min(least, times[0] ?? least), now),
      maxTime: series.reduce((most, { times }) => Math.max(most, times.at(-1) ?? most), now - recent),
    },
    seriesCountByMetricName: largest(byMetric),
    labelValueCountByLabelName: largest(valueCounts),
    memoryInBytesByLabelName: largest(bytes),
    seriesCountByLabelValuePair: largest(byPair),
  })
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

const bytesOf = (values: Set<string>): number => [...values].reduce((sum, value) => sum + Buffer.byteLength(value), 0)

const largest = (counts: Map<string, number>): { name: string; value: number }[] =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, value]) => ({ name, value }))
