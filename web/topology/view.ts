import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SourceName } from '#shared/mesh/source.ts'
import { SourceName as sourceNames } from '#shared/mesh/source.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { problemFrom } from '#web/api/call.ts'
import type { Feed } from '#web/api/feed.ts'
import type { Connection } from '#web/api/keys.ts'
import { useConnection, useLive, useLiveFeeds, useStatus } from '#web/api/use-live.ts'
import { type Params, pastQuery, topologySubject } from './query.ts'

export type Away = SourceName | 'console'

/** Why there is no new picture. Times are by the BFF's clock, as the graph's own. */
export interface Outage {
  source: Away
  since: number | null
  because: string
  nextTryAt: number | null
}

/** What is on screen and how far it can be trusted. */
export interface View {
  /** The picture: of this scope, or the one before while this one is being read. */
  graph: Graph | null
  /** The picture is still of another scope. */
  isReading: boolean
  /** Present while no new picture comes. With a graph it is stale; without one the page is failing. */
  outage: Outage | null
  /** The request itself was refused: no retry will help. */
  refusal: string | null
  /** Milliseconds to add to the browser's clock to get the graph's. */
  skew: number
  refresh: () => void
}

export function useView(params: Params): View {
  const isLive = params['at'] === undefined
  const feeds = useLiveFeeds()
  const feed = useLive(topologySubject, isLive ? params : null)
  const past = useQuery(pastQuery(params))
  const connection = useConnection()
  const skew = useStatus()?.skew ?? 0
  const own = (isLive ? feed?.state : past.data) ?? null
  const [last, setLast] = useState(own)
  if (own !== null && own !== last) setLast(own)
  const refused = isLive ? feed?.refusal : past.error !== null ? refusalOf(past.error) : null
  const outage = isLive ? liveOutage(feed, connection, skew) : past.error === null ? null : pastOutage(past.error)
  const isFailing = own === null && (outage !== null || refused != null)
  return {
    graph: own ?? (isFailing ? null : last),
    isReading: own === null && !isFailing,
    outage: refused == null ? outage : null,
    refusal: refused?.detail ?? null,
    skew,
    refresh: () => {
      if (isLive) feeds.refresh(topologySubject.name, params)
      else void past.refetch()
    },
  }
}

/** A cut of the socket comes first: while it lasts nothing else is known. */
export function liveOutage(feed: Feed<Graph> | undefined, connection: Connection, skew: number): Outage | null {
  if (connection.state === 'cut')
    return { source: 'console', since: connection.since + skew, because: '', nextTryAt: null }
  const trouble = feed?.trouble ?? null
  if (trouble === null) return null
  return {
    source: awayIn(trouble.source),
    since: trouble.since,
    because: trouble.because,
    nextTryAt: trouble.nextTryAt,
  }
}

const awayIn = (source: string | undefined): Away => sourceNames.options.find(known => known === source) ?? 'console'

function refusalOf(error: Error): { detail: string } | null {
  const { status, detail } = problemFrom(error)
  return status >= 400 && status < 500 ? { detail } : null
}

function pastOutage(error: Error): Outage {
  const { source, detail } = problemFrom(error)
  return { source: awayIn(source), since: null, because: detail, nextTryAt: null }
}
