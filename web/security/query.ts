import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Flows, type FlowWindow, readCertificates, readFlows, readLandscape } from '#shared/security/api.ts'
import { readAssertions } from '#shared/security/assert/assertions.ts'
import { readDenials, readPlaintext } from '#shared/security/denials.ts'
import { readFacets, withFacets } from '#shared/security/facets.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { type Matrix, matrixOf } from '#shared/security/matrix.ts'
import { readTrend } from '#shared/security/posture/trend.ts'
import { call, problemFrom } from '#web/api/call.ts'

export const landscapeQuery = queryOptions({
  queryKey: ['security', 'landscape'],
  queryFn: ({ signal }) => call(readLandscape, {}, signal),
  refetchInterval: 15_000,
})

export const flowsQuery = (over: FlowWindow) =>
  queryOptions({
    queryKey: ['security', 'flows', over],
    queryFn: ({ signal }) => call(readFlows, { query: { over } }, signal),
    refetchInterval: over === '1h' ? 30_000 : 300_000,
  })

export const assertionsQuery = queryOptions({
  queryKey: ['security', 'assertions'],
  queryFn: ({ signal }) => call(readAssertions, {}, signal),
  refetchInterval: 15_000,
})

export const trendQuery = queryOptions({
  queryKey: ['security', 'trend'],
  queryFn: ({ signal }) => call(readTrend, {}, signal),
  refetchInterval: 600_000,
})

export const facetsQuery = (over: FlowWindow) =>
  queryOptions({
    queryKey: ['security', 'facets', over],
    queryFn: ({ signal }) => call(readFacets, { query: { over } }, signal),
    refetchInterval: 300_000,
  })

/** Flows with the methods and paths that sampled spans tell, as soon as they do. */
export function useFaceted<T extends Pick<Flows, 'flows'>>(flows: T | null, over: FlowWindow, isWanted: boolean) {
  const { data, error } = useQuery({ ...facetsQuery(over), enabled: isWanted })
  const faceted = useMemo(
    () =>
      flows === null || !isWanted || data === undefined ? flows : { ...flows, flows: withFacets(flows.flows, data) },
    [flows, isWanted, data],
  )
  return {
    flows: faceted,
    isReading: isWanted && data === undefined && error === null,
    partial: !isWanted ? [] : error === null ? (data?.partial ?? []) : [problemFrom(error).detail],
  }
}

export const certificatesQuery = queryOptions({
  queryKey: ['security', 'certificates'],
  queryFn: ({ signal }) => call(readCertificates, {}, signal),
  refetchInterval: 60_000,
})

/** What is staged is looked at while it is: the short window is read often. */
export const denialsQuery = (over: FlowWindow) =>
  queryOptions({
    queryKey: ['security', 'denials', over],
    queryFn: ({ signal }) => call(readDenials, { query: { over } }, signal),
    refetchInterval: over === '1h' ? 15_000 : 60_000,
  })

export const plaintextQuery = (over: FlowWindow) =>
  queryOptions({
    queryKey: ['security', 'plaintext', over],
    queryFn: ({ signal }) => call(readPlaintext, { query: { over } }, signal),
    refetchInterval: 60_000,
  })

/** Policies, workloads and what was seen, and the verdicts made of them in the page. */
export function useSecurity(over: FlowWindow) {
  const landscape = useQuery(landscapeQuery)
  const flows = useQuery(flowsQuery(over))
  const { data } = landscape
  const seen = flows.data?.flows
  const objects = useMemo(() => (data?.objects ?? []).filter(isMeshObject), [data?.objects])
  // What did not change between two readings is the same object: verdicts are made anew only where they may differ.
  const [workloads, settings, readable] = [data?.workloads, data?.settings, data?.readable]
  const matrix = useMemo<Matrix | null>(
    () =>
      workloads && settings && readable
        ? matrixOf({ objects, workloads, settings, readable, flows: seen ?? [] })
        : null,
    [objects, workloads, settings, readable, seen],
  )
  return {
    matrix,
    objects,
    workloads: workloads ?? [],
    settings,
    readable,
    at: data?.at ?? null,
    because: landscape.error === null ? null : problemFrom(landscape.error).detail,
    again: () => void landscape.refetch(),
    flows: flows.data ?? null,
    flowsBecause: flows.error === null ? null : problemFrom(flows.error).detail,
  }
}
export type Security = ReturnType<typeof useSecurity>
