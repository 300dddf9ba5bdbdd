import { queryOptions } from '@tanstack/react-query'
import { readDetail, readGraph } from '#shared/topology/api.ts'
import { apply, type GraphChange } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { call } from '#web/api/call.ts'
import type { LiveSubject } from '#web/api/feed.ts'
import { namespacesIn, scopeIn, scopeSearch } from '#web/api/scope.ts'
import type { TopologySearch } from './search.ts'

/** The map as it lives: the word of its feed and how a change is applied. */
export const topologySubject: LiveSubject<Graph, GraphChange> = { name: 'topology', apply }

export type Params = Record<string, string>

/** What the BFF is asked for, from what the address says. Without `at`: now. */
export function paramsOf(search: TopologySearch): Params {
  const { ns, at, window } = scopeSearch(scopeIn(search))
  const asked = { level: search.level, namespaces: ns, open: namespacesIn(search.open).join(','), at, window }
  return Object.fromEntries(Object.entries(asked).filter((pair): pair is [string, string] => (pair[1] ?? '') !== ''))
}

export const pastQuery = (params: Params) =>
  queryOptions({
    queryKey: ['topology', params],
    queryFn: ({ signal }) => call(readGraph, { query: params }, signal),
    enabled: params['at'] !== undefined,
    staleTime: Infinity,
  })

const detailEvery = 15_000

export const detailQuery = (params: Params, id: string) =>
  queryOptions({
    queryKey: ['topology', 'detail', params, id],
    queryFn: ({ signal }) => call(readDetail, { query: { ...params, id } }, signal),
    staleTime: params['at'] === undefined ? detailEvery : Infinity,
    refetchInterval: params['at'] === undefined ? detailEvery : false,
    // The same thing a moment later keeps its numbers on screen; another thing starts with its own skeleton.
    placeholderData: (previous, query) => (query?.queryKey[3] === id ? previous : undefined),
  })
