import { useEffect, useRef } from 'react'
import type { ConfigState } from '#shared/config/api.ts'
import { type SourceName, SourceName as sourceNames } from '#shared/mesh/source.ts'
import type { Milliseconds } from '#shared/units.ts'
import type { Feed } from '#web/api/feed.ts'
import type { Connection } from '#web/api/keys.ts'
import { useConnection, useLive, useLiveFeeds, useStatus } from '#web/api/use-live.ts'
import { configSubject, everything } from './query.ts'

/** Why there is no newer list. Times are by the BFF's clock. */
export interface Outage {
  source: SourceName | 'console'
  since: number
  because: string
  nextTryAt: number | null
}

/** The list, and how far it can be trusted. */
export interface View {
  state: ConfigState | null
  /** When it was read. */
  at: number | null
  outage: Outage | null
  /** The request itself was refused: no retry will help. */
  refusal: string | null
  /** Milliseconds to add to the browser's clock to get the BFF's. */
  skew: number
  refresh: () => void
}

export function useList(): View {
  const feeds = useLiveFeeds()
  const feed = useLive(configSubject, everything)
  const connection = useConnection()
  const skew = useStatus()?.skew ?? 0
  return {
    state: feed?.state ?? null,
    at: feed?.at ?? null,
    outage: outageOf(feed, connection, skew),
    refusal: feed?.refusal?.detail ?? null,
    skew,
    refresh: () => feeds.refresh(configSubject.name, everything),
  }
}

/** A cut of the socket comes first: while it lasts nothing else is known. */
function outageOf(feed: Feed<ConfigState> | undefined, connection: Connection, skew: number): Outage | null {
  if (connection.state === 'cut')
    return { source: 'console', since: connection.since + skew, because: '', nextTryAt: null }
  const trouble = feed?.trouble
  if (trouble == null) return null
  const { since, because, nextTryAt } = trouble
  return { source: sourceNames.options.find(name => name === trouble.source) ?? 'console', since, because, nextTryAt }
}

/** Between two deeds of the same cause: a busy cluster changes its objects all the time. */
const rest: Milliseconds = 1000

/** When the list tells of a change of the mesh's objects, at most once a second and never the last one left out. */
export function useListChange(deed: () => void): void {
  const { state } = useList()
  const seen = useRef(state)
  const doneAt = useRef(0)
  const latest = useRef(deed)
  useEffect(() => {
    latest.current = deed
  })
  useEffect(() => {
    // What was there at first is no change.
    seen.current ??= state
    if (state === seen.current) return
    const timer = setTimeout(
      () => {
        seen.current = state
        doneAt.current = Date.now()
        latest.current()
      },
      Math.max(0, doneAt.current + rest - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [state])
}
