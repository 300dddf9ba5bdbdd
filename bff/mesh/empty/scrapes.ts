import { parts, select } from '#bff/sources/promql.ts'
import { type Prometheus, type Sample, type ScrapeTarget, SourceError } from '#bff/sources/source.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Answer } from './ladder.ts'
import { type LadderSubject, podMatchers } from './subject.ts'

/** One scrape that fails: of which pod, where, and in whose words. */
export interface FailingScrape {
  namespace: string
  pod: string
  /** Null: not known. */
  port: number | null
  /** Prometheus asks in plain text; null: not known. */
  isPlain: boolean | null
  path: string
  /** As Prometheus says it; '' where it does not tell. */
  error: string
}

/** Whether a policy that somebody may read refuses these scrapes. */
export type JudgeScrapes = (
  user: string,
  failing: readonly FailingScrape[],
) => Promise<{ detail: readonly Statement[]; objects: readonly ObjectRef[] }>

export interface Scrapes {
  answer: Answer
  failing: readonly FailingScrape[]
}

/**
 * Where proxies tell their own numbers. Istio docs, "Securing Prometheus Scraping for Istio Sidecar and Gateway": 15020
 * is the agent's, 15090 Envoy's.
 */
const proxyPorts = 'instance=~".*:(15020|15090)"'
/** So many of those that fail are looked at. */
const most = 20

/** Whether Prometheus' scrapes of these pods come through: by `up`, and where they do not, by its list of targets. */
export async function scrapesOf(
  prometheus: Pick<Prometheus, 'query' | 'targets'>,
  subject: LadderSubject,
  more: readonly string[],
  at: EpochMilliseconds,
  signal: AbortSignal,
): Promise<Scrapes> {
  const { subject: told } = subject
  const own = [...podMatchers(subject), ...more]
  const count = (matchers: readonly string[], beyond = '') => `count(${select('up', matchers)}${beyond})`
  const query = parts({
    all: count(own),
    down: count(own, ' == 0'),
    proxies: count([...own, proxyPorts]),
    proxiesDown: count([...own, proxyPorts], ' == 0'),
  })
  const counts = new Map(
    (await prometheus.query(query, at, signal)).map(({ metric, value }) => [metric['part'] ?? '', value]),
  )
  const of = (part: string) => counts.get(part) ?? 0
  // The proxies' own numbers come from their own ports, whatever else of a pod is scraped.
  const isByProxy = of('proxies') > 0
  const [all, down] = isByProxy ? [of('proxies'), of('proxiesDown')] : [of('all'), of('down')]
  if (all === 0)
    return {
      answer: {
        state: 'unknown',
        detail: [{ says: 'targetsUnnamed', facts: { subject: told } }],
        query,
      },
      failing: [],
    }
  if (down < all)
    return {
      answer: {
        state: 'holds',
        detail: [{ says: 'targetsAnswer', facts: { count: all - down, all, subject: told } }],
        query,
      },
      failing: [],
    }
  const which = `topk(${most}, ${select('up', isByProxy ? [...own, proxyPorts] : own)} == 0)`
  const [series, targets] = await Promise.all([prometheus.query(which, at, signal), targetsOf(prometheus, signal)])
  const failing = series.map(sample => failingOf(sample, targets))
  const error = failing.find(each => each.error !== '')?.error
  return {
    answer: {
      state: 'fails',
      detail: [
        { says: 'targetsFail', facts: { count: all, subject: told } },
        ...(error === undefined
          ? []
          : [{ says: 'quoted' as const, facts: { source: 'prometheus' as const, words: error } }]),
      ],
      query,
    },
    failing,
  }
}

/** Many compatible stores have no such list: what is said of targets then is less. */
async function targetsOf(prometheus: Pick<Prometheus, 'targets'>, signal: AbortSignal): Promise<ScrapeTarget[]> {
  try {
    return await prometheus.targets(signal)
  } catch (error) {
    if (error instanceof SourceError && !signal.aborted) return []
    throw error
  }
}

const labels = ['namespace', 'pod', 'instance', 'job'] as const

function failingOf({ metric }: Sample, targets: readonly ScrapeTarget[]): FailingScrape {
  const target = targets.find(each => labels.every(label => each.labels[label] === metric[label]))
  const url = target === undefined ? null : urlOf(target.url)
  const port = /:(\d{1,5})$/.exec(metric['instance'] ?? '')?.[1]
  return {
    namespace: metric['namespace'] ?? '',
    pod: metric['pod'] ?? '',
    port: url === null ? (port === undefined ? null : Number(port)) : portOf(url),
    isPlain: url === null ? null : url.protocol === 'http:',
    path: url?.pathname ?? '',
    error: target?.error ?? '',
  }
}

function urlOf(text: string): URL | null {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null
}

const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))
