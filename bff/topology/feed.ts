import type { Subject } from '#bff/live/subject.ts'
import { TopologyQuery } from '#shared/topology/api.ts'
import { diff, type GraphChange } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { quantise } from '#shared/topology/quantise.ts'
import type { Milliseconds } from '#shared/units.ts'
import { cut } from './cut.ts'
import { type Deps, readTopology, sightOf } from './read.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import { openSight, sightText } from '#bff/http/sight.ts'

/** A past moment does not change: one reading will do. */
const never: Milliseconds = 24 * 3_600_000
const fastest: Milliseconds = 5_000
/** A reading may take Prometheus and us a quarter of the time between two, not more. */
const breath = 4
/** Shown graphs that are remembered to hold their numbers still; the oldest go first. */
const mostRemembered = 64

/**
 * The live map: one reading for all who look at a scope, cut to what each may see, quantised against what was shown to
 * those who see the same, and told as the difference.
 */
export function topologySubject(deps: Deps): Subject<TopologyQuery, Graph, GraphChange> {
  const { seers = openSight } = deps
  const shown = new Map<string, { exact: Graph; graph: Graph }>()
  const durations = new Map<string, Milliseconds>()
  let scrapeInterval: Milliseconds = 15_000
  const every = (query: TopologyQuery): Milliseconds =>
    query.at !== undefined ? never : Math.max(fastest, scrapeInterval / 3, breath * (durations.get(keyOf(query)) ?? 0))
  const exactly = sharedReading<TopologyQuery, Graph>({
    key: keyOf,
    read: async (query, signal) => {
      const { interval } = await deps.sources.prometheus.scrapeInterval(signal)
      scrapeInterval = interval * 1000
      const graph = await readTopology(query, deps, signal)
      remember(durations, keyOf(query), graph.reading.duration)
      return graph
    },
    // Whoever comes a little early in the tick still gets the next one's reading, and not a third of its own.
    fresh: query => every(query) * 0.9,
    now: deps.now,
  })
  return {
    name: 'topology',
    query: TopologyQuery,
    key: keyOf,
    isPersonal: true,
    async read(query, signal, caller = '') {
      const exact = await exactly(query, signal)
      const sight = await sightOf(seers, caller, exact)
      const key = `${sightText(sight)} ${keyOf(query)}`
      const before = shown.get(key)
      // Others who see the same have had it made already.
      if (before?.exact === exact) return before.graph
      const graph = quantise(cut(exact, sight), before?.graph)
      remember(shown, key, { exact, graph })
      return graph
    },
    diff,
    every,
  }
}

function remember<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key)
  kept.set(key, value)
  const [oldest] = kept.keys()
  if (kept.size > mostRemembered && oldest !== undefined) kept.delete(oldest)
}

/** Lists are sorted and without repetition when they come here: equal scopes have equal texts. */
const keyOf = ({ level, namespaces, open, at, window }: TopologyQuery): string =>
  JSON.stringify([level ?? null, namespaces, open, at ?? null, window ?? null])
