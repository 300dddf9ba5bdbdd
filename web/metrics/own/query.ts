import { queryOptions } from '@tanstack/react-query'
import { chartOwn, type Chosen, listOwn, type OwnCharts, type Place, readOwn } from '#shared/metrics/own/api.ts'
import type { OwnDashboard } from '#shared/metrics/own/dashboard.ts'
import { applyTold, type Told, type ToldChange } from '#shared/metrics/told.ts'
import { call } from '#web/api/call.ts'
import type { LiveSubject } from '#web/api/feed.ts'

/** Charts of a dashboard that is kept, as they live. */
export const ownSubject: LiveSubject<Told<OwnCharts>, ToldChange<OwnCharts>> = { name: 'dashboard', apply: applyTold }

export const ownKey = ['metrics', 'own'] as const

export const listQuery = queryOptions({
  queryKey: [...ownKey, 'list'],
  queryFn: ({ signal }) => call(listOwn, {}, signal),
  staleTime: 10_000,
})

export const keptQuery = (place: Place) =>
  queryOptions({
    queryKey: [...ownKey, 'kept', place],
    queryFn: ({ signal }) => call(readOwn, { params: { ...place } }, signal),
    staleTime: 10_000,
  })

export interface Asked {
  dashboard: OwnDashboard
  chosen: Chosen
  range: string
  from?: number
  to?: number
}

/** Charts of a dashboard as it is written, of a time that does not go on: zoomed, or while one writes it. */
export const chartsQuery = (asked: Asked | null) =>
  queryOptions({
    queryKey: [...ownKey, 'charts', asked],
    queryFn: ({ signal }) => call(chartOwn, { body: asked }, signal),
    enabled: asked !== null,
    staleTime: asked?.to === undefined ? 15_000 : Infinity,
  })
