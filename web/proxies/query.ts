import { queryOptions } from '@tanstack/react-query'
import { readFleet, readPods, readProxy } from '#shared/proxies/api.ts'
import type { Table } from '#shared/proxies/tables.ts'
import { call } from '#web/api/call.ts'

const podsEvery = 15_000

export const podsQuery = (namespace: string, workload: string) =>
  queryOptions({
    queryKey: ['proxies', 'pods', namespace, workload],
    queryFn: ({ signal }) => call(readPods, { params: { namespace, workload } }, signal),
    staleTime: podsEvery,
    refetchInterval: podsEvery,
    retry: false,
  })

/** A dump is large: it is read when somebody looks, and again when they ask. */
export const configQuery = (proxy: { namespace: string; pod: string }, table: Table | undefined) =>
  queryOptions({
    queryKey: ['proxies', 'config', proxy.namespace, proxy.pod, table ?? ''],
    queryFn: ({ signal }) => call(readProxy, { params: proxy, query: { table } }, signal),
    staleTime: 60_000,
    retry: false,
    // Another table of the same proxy keeps its counts on screen until it is there.
    placeholderData: (previous, query) =>
      query?.queryKey[2] === proxy.namespace && query.queryKey[3] === proxy.pod ? previous : undefined,
  })

export const fleetQuery = queryOptions({
  queryKey: ['proxies', 'fleet'],
  queryFn: ({ signal }) => call(readFleet, {}, signal),
  refetchInterval: podsEvery,
})
