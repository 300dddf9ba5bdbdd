import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  compareTraces,
  listOperations,
  listServices,
  readTogether,
  readTrace,
  searchTraces,
} from '#shared/traces/api.ts'
import { call } from '#web/api/call.ts'
import { scopeIn } from '#web/api/scope.ts'
import type { TracesSearch } from './address.ts'

export type Params = Readonly<Record<string, string>>

/** What the BFF is asked for, from what the address says. At a moment of the past the search ends there. */
export function paramsOf(search: TracesSearch): Params {
  const { service, operation, caller, tags, min, max, error, from, range, limit } = search
  const { at } = scopeIn(search)
  const to = search.to ?? (at === null ? undefined : String(at))
  const asked = { service, operation, caller, tags, min, max, error, from, to, range, limit }
  return Object.fromEntries(Object.entries(asked).filter((pair): pair is [string, string] => (pair[1] ?? '') !== ''))
}

/** Traces are kept as they were found until somebody asks anew: a list that moves under the hand is of no use. */
export const foundQuery = (params: Params) =>
  queryOptions({
    queryKey: ['traces', 'found', params],
    queryFn: ({ signal }) => call(searchTraces, { query: params }, signal),
    enabled: params['service'] !== undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })

export const servicesQuery = queryOptions({
  queryKey: ['traces', 'services'],
  queryFn: ({ signal }) => call(listServices, {}, signal),
  staleTime: 30_000,
})

export const operationsQuery = (service: string) =>
  queryOptions({
    queryKey: ['traces', 'operations', service],
    queryFn: ({ signal }) => call(listOperations, { query: { service } }, signal),
    enabled: service !== '',
    staleTime: 30_000,
  })

export const togetherQuery = (params: Params) =>
  queryOptions({
    queryKey: ['traces', 'together', params],
    queryFn: ({ signal }) => call(readTogether, { query: params }, signal),
    enabled: params['service'] !== undefined,
    staleTime: 60_000,
  })

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['traces', 'trace', id],
    queryFn: ({ signal }) => call(readTrace, { params: { id } }, signal),
    staleTime: 60_000,
    // Up to fifty thousand spans: not held for longer than they are looked at.
    gcTime: 30_000,
  })

export const comparisonQuery = (a: string | undefined, b: string) =>
  queryOptions({
    queryKey: ['traces', 'compare', a ?? null, b],
    queryFn: ({ signal }) => call(compareTraces, { query: { a, b } }, signal),
    staleTime: 60_000,
  })
