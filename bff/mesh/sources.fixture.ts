import type { Seers } from '#bff/http/sight.ts'
import type {
  Exemplar,
  Kubernetes,
  MeshObjects,
  Prometheus,
  Sample,
  ScrapeTarget,
  Series,
} from '#bff/sources/source.ts'
import type { SourceState } from '#shared/mesh/source.ts'

import { request } from './readings.fixture.ts'

/** A Prometheus and a Kubernetes as plain objects, for tests. */

export interface Asked {
  promql: string
  at: number
}

export function sourcesOf(given: {
  now?: number
  answer?: (promql: string, signal?: AbortSignal) => Sample[] | Promise<Sample[]>
  line?: (promql: string) => Series[]
  exemplars?: readonly Exemplar[]
  words?: readonly string[]
  targets?: readonly ScrapeTarget[]
  interval?: number
  objects?: MeshObjects | null
}): { sources: { prometheus: Prometheus; kubernetes: Kubernetes }; now: () => number; seers?: Seers; asked: Asked[] } {
  const asked: Asked[] = []
  const state = (name: SourceState['name']): SourceState => ({
    name,
    state: 'ok',
    url: 'http://there',
    since: 0,
    lastGoodAt: null,
    duration: null,
    because: null,
    version: null,
  })
  const prometheus: Prometheus = {
    query: async (promql, at, signal) => {
      asked.push({ promql, at })
      return (await given.answer?.(promql, signal)) ?? []
    },
    queryRange: (promql, { end }) => {
      asked.push({ promql, at: end })
      return Promise.resolve(given.line?.(promql) ?? [])
    },
    queryExemplars: promql => {
      asked.push({ promql, at: 0 })
      return Promise.resolve([...(given.exemplars ?? [])])
    },
    words: (label, selectors) => {
      asked.push({ promql: `${label ?? 'labels'} of ${selectors.join(' and ')}`, at: 0 })
      return Promise.resolve([...(given.words ?? [])])
    },
    targets: () => {
      asked.push({ promql: 'targets', at: 0 })
      return Promise.resolve([...(given.targets ?? [])])
    },
    scrapeInterval: () => Promise.resolve({ interval: given.interval ?? 15, known: true }),
    queryCount: () => asked.length,
    state: () => state('prometheus'),
    probe: () => Promise.resolve(),
  }
  const kubernetes: Kubernetes = {
    objects: () => given.objects ?? null,
    cluster: () => 'test',
    user: () => 'me',
    state: () => ({
      ...state('kubernetes'),
      because: given.objects ? null : 'the API server at http://k does not answer',
    }),
  }
  return { sources: { prometheus, kubernetes }, now: () => given.now ?? 1_800_000_000_000, asked }
}

/** Answers the requests of a reading, and nothing else. */
export const answering =
  (...requests: Sample[]) =>
  (promql: string): Sample[] =>
    promql.includes('response_code') && promql.startsWith('sum by (reporter') ? requests : []

export const oneCall = request({ from: 'shop/web', to: 'shop/cart' }, 10)
