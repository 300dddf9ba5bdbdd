import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Dashboard } from '#shared/metrics/api.ts'
import type { Charts } from '#shared/metrics/change.ts'
import { applyTold, type Told, type ToldChange } from '#shared/metrics/told.ts'
import type { LiveSubject } from '#web/api/feed.ts'
import { type Outage, outageOfError, outageOfFeed } from '#web/api/outage.ts'
import { useConnection, useLive, useLiveFeeds, useStatus } from '#web/api/use-live.ts'
import { useVisible } from '#web/ui/use-visible.ts'
import { dashboardQuery, type DashboardParams } from './query.ts'

/** Charts as they live: the word of their feed and how a change is applied. */
const subject: LiveSubject<Told<Dashboard>, ToldChange<Dashboard>> = { name: 'metrics', apply: applyTold }

/** What is on screen and how far it can be trusted. */
export interface View<State> {
  charts: State | null
  /** When it was read, by the BFF's clock; null where it does not grow old. */
  at: number | null
  outage: Outage | null
  refusal: string | null
  /** Milliseconds to add to the browser's clock to get the BFF's. */
  skew: number
  refresh: () => void
}

/** From the feed while the range goes with the clock and somebody can see it; a range with ends is asked for once. */
export function useDashboard(params: DashboardParams): View<Dashboard> {
  const isLive = params['to'] === undefined
  const past = useQuery(dashboardQuery(params, !isLive))
  return useView(subject, isLive, params, past)
}

/**
 * @param params of the feed; null while there is nothing to subscribe to.
 * @param past the same where its range has ends: it takes the feed's place.
 */
export function useView<State extends Charts>(
  of: LiveSubject<Told<State>, ToldChange<State>>,
  isLive: boolean,
  params: Record<string, string> | null,
  past: UseQueryResult<State>,
): View<State> {
  const feeds = useLiveFeeds()
  const feed = useLive(of, isLive ? params : null, useVisible())
  const connection = useConnection()
  const skew = useStatus()?.skew ?? 0
  if (isLive)
    return {
      charts: feed?.state?.charts ?? null,
      at: feed?.at ?? null,
      outage: outageOfFeed(feed, connection, skew),
      refusal: feed?.refusal?.detail ?? feed?.state?.refused ?? null,
      skew,
      refresh: () => {
        if (params !== null) feeds.refresh(of.name, params)
      },
    }
  const { refusal, outage } = past.error === null ? { refusal: null, outage: null } : outageOfError(past.error)
  return { charts: past.data ?? null, at: null, outage, refusal, skew, refresh: () => void past.refetch() }
}

/** What was shown of the same thing, until the next of it is there: a chart that is cut anew does not go away first. */
export function useHeld<State>(key: string, now: State | null): State | null {
  const [held, setHeld] = useState<{ key: string; state: State } | null>(null)
  if (now !== null && (held?.key !== key || held.state !== now)) setHeld({ key, state: now })
  return now ?? (held?.key === key ? held.state : null)
}
