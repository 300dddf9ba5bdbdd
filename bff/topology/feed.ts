import type { Subject } from '#bff/live/subject.ts'
import { TopologyQuery } from '#shared/topology/api.ts'
import { diff, type GraphChange } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { quantise } from '#shared/topology/quantise.ts'
import type { Milliseconds } from '#shared/units.ts'
import { type Deps, readTopology } from './read.ts'

/** A past moment does not change: one reading will do. */
const never: Milliseconds = 24 * 3_600_000
const fastest: Milliseconds = 5_000
/** A reading may take Prometheus and us a quarter of the time between two, not more. */
const breath = 4
/** Shown graphs that are remembered to hold their numbers still; the oldest go first. */
const mostRemembered = 64

/** The live map: read, quantise against what was shown, tell the difference. */
export function topologySubject(deps: Deps): Subject<TopologyQuery, Graph, GraphChange> {
  const shown = new Map<string, Graph>()
  let scrapeInterval: Milliseconds = 15_000
  return {
    name: 'topology',
    query: TopologyQuery,
    key: keyOf,
    async read(query, signal) {
      const { interval } = await deps.sources.prometheus.scrapeInterval(signal)
      scrapeInterval = interval * 1000
      const exact = await readTopology(query, deps, signal)
      const key = keyOf(query)
      const graph = quantise(exact, shown.get(key))
      shown.delete(key)
      shown.set(key, graph)
      const [oldest] = shown.keys()
      if (shown.size > mostRemembered && oldest !== undefined) shown.delete(oldest)
      return graph
    },
    diff,
    every(query) {
      if (query.at !== undefined) return never
      const { duration } = shown.get(keyOf(query))?.reading ?? { duration: 0 }
      return Math.max(fastest, scrapeInterval / 3, breath * duration)
    },
  }
}

/** Lists are sorted and without repetition when they come here: equal scopes have equal texts. */
const keyOf = ({ level, namespaces, open, at, window }: TopologyQuery): string =>
  JSON.stringify([level ?? null, namespaces, open, at ?? null, window ?? null])
