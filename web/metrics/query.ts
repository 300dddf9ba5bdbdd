import { queryOptions } from '@tanstack/react-query'
import { exploreMetrics, type MetricsQuery, readDashboard, readSubjects, readWords } from '#shared/metrics/api.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { call } from '#web/api/call.ts'

export type DashboardParams = Record<string, string>

const every = 15_000

/** A past range does not change. What is there stays until the next of the same charts is. */
export const dashboardQuery = (params: DashboardParams, isEnabled = true) =>
  queryOptions({
    queryKey: ['metrics', params],
    queryFn: ({ signal }) => call(readDashboard, { query: params }, signal),
    enabled: isEnabled,
    staleTime: Infinity,
    placeholderData: (previous, before) =>
      isEqual(unbounded(before?.queryKey[1]), unbounded(params)) ? previous : undefined,
  })

const unbounded = (params: string | DashboardParams | undefined): DashboardParams | undefined => {
  if (typeof params !== 'object') return undefined
  const { from: _, to: _to, ...rest } = params
  return rest
}

export const exploreQuery = (params: DashboardParams) =>
  queryOptions({
    queryKey: ['metrics', 'explore', params],
    queryFn: ({ signal }) => call(exploreMetrics, { query: params }, signal),
    enabled: (params['q'] ?? '') !== '',
    staleTime: every,
  })

/** An offer that does not come is none: one can write without. */
export const wordsQuery = (params: DashboardParams, isEnabled: boolean) =>
  queryOptions({
    queryKey: ['metrics', 'words', params],
    queryFn: ({ signal }) => call(readWords, { query: params }, signal),
    enabled: isEnabled,
    staleTime: 60_000,
    retry: false,
  })

/** What can be chosen, as far as one may see it. */
export const subjectsQuery = (params: DashboardParams, isEnabled: boolean) =>
  queryOptions({
    queryKey: ['metrics', 'subjects', params],
    queryFn: ({ signal }) => call(readSubjects, { query: params }, signal),
    enabled: isEnabled,
    staleTime: 60_000,
    retry: false,
    placeholderData: previous => previous,
  })

/** What the charts are about. */
export type MetricsSubject =
  | { of: Exclude<MetricsQuery['of'], 'mesh'>; namespace: string; name: string; caller?: string }
  | { of: 'mesh' }
