import type { Labels, Matcher, SampleSeries } from '#lab/contract.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import type { Look } from './look.ts'

type Counted = Pick<Look, 'samples' | 'now'>

/** The series of one process as it tells them itself, in Prometheus' text format 0.0.4. */

/** Of an Envoy or a ztunnel. Where series carry no pods nobody kept what one pod alone has counted. */
export const proxyMetrics = (look: Counted, pod: Pick<Pod, 'name' | 'namespace'>): string =>
  written(look, [is('namespace', pod.namespace), is('pod', pod.name)], ({ __name__ = '' }) => !isScrapers(__name__))

/** Of an istiod; where series carry no pods, of all of them. */
export function istiodMetrics(look: Counted, istiod: Pick<Pod, 'name' | 'namespace'>): string {
  const own = [is('namespace', istiod.namespace)]
  const isOwn = ({ __name__ = '', component, pod }: Labels) =>
    (pod === undefined || pod === istiod.name) &&
    (/^(pilot_|citadel_|sidecar_injection_)/.test(__name__) || (__name__ === 'istio_build' && component === 'pilot'))
  return written(look, own, isOwn)
}

const is = (name: string, value: string): Matcher => ({ name, op: '=', value })

/** cAdvisor and Prometheus itself say these. */
const isScrapers = (name: string): boolean => name === 'up' || name.startsWith('container_')

/** What a scrape adds. */
const ofTarget = new Set(['__name__', 'namespace', 'pod', 'instance', 'job', 'app', 'workload'])

function written({ samples, now }: Counted, matchers: readonly Matcher[], isOwn: (labels: Labels) => boolean): string {
  const metadata = samples.metadata()
  const known = samples.select(matchers, now - 2000 * samples.scrapeInterval, now).filter(({ labels }) => isOwn(labels))
  const families = Map.groupBy(known, ({ labels: { __name__ = '' } }) =>
    metadata[__name__] ? __name__ : __name__.replace(/_(bucket|sum|count)$/, ''),
  )
  return [...families]
    .map(([family, series]) => {
      const { help = '', type = 'unknown' } = metadata[family] ?? {}
      const lines = series.flatMap(lineOf)
      return lines.length === 0
        ? ''
        : `# HELP ${family} ${help}\n# TYPE ${family} ${type === 'unknown' ? 'untyped' : type}\n${lines.join('')}`
    })
    .join('')
}

function lineOf({ labels, values }: SampleSeries): string[] {
  const value = values.at(-1)
  // A series that has ended is not told any more.
  if (value === undefined || Number.isNaN(value)) return []
  const own = Object.entries(labels)
    .filter(([name]) => !ofTarget.has(name))
    .map(([name, text]) => `${name}="${escaped(text)}"`)
  return [`${labels['__name__']}${own.length > 0 ? `{${own.join(',')}}` : ''} ${value}\n`]
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
