import { skipToken, useQuery } from '@tanstack/react-query'
import { createContext, useContext, useEffect } from 'react'
import { readStatus } from '#shared/mesh/source.ts'
import { call } from './call.ts'
import type { Feed, LiveSubject } from './feed.ts'
import { type Connection, connectionKey, liveKey, type SeenStatus, statusKey, withSkew } from './keys.ts'
import type { LiveFeeds } from './live.ts'

const LiveContext = createContext<LiveFeeds | null>(null)
export const LiveProvider = LiveContext.Provider

/** The page's one connection. */
export function useLiveFeeds(): LiveFeeds {
  const feeds = useContext(LiveContext)
  if (feeds === null) throw new Error('LiveProvider is missing above this component.')
  return feeds
}

/**
 * The feed of one subject in one scope, kept up to date while the component is there and `isWatched`; else it stays as
 * it is. Null query: not live now.
 */
export function useLive<State, Change>(
  subject: LiveSubject<State, Change>,
  query: Record<string, string> | null,
  isWatched = true,
): Feed<State> | undefined {
  const feeds = useLiveFeeds()
  const id = query === null ? null : JSON.stringify(query)
  useEffect(() => {
    if (id !== null && isWatched) return feeds.watch(subject, JSON.parse(id) as Record<string, string>)
  }, [feeds, subject, id, isWatched])
  return useQuery<Feed<State>>({
    queryKey: liveKey(subject.name, query ?? {}),
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: 60_000,
  }).data
}

export const useConnection = (): Connection =>
  useQuery<Connection>({ queryKey: connectionKey, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity }).data ?? {
    state: 'connecting',
    since: 0,
  }

/** The state of every source: told by the socket, and asked for while there is none. */
export function useStatus(): SeenStatus | undefined {
  const { state } = useConnection()
  return useQuery<SeenStatus>({
    queryKey: statusKey,
    queryFn: async ({ signal }) => withSkew(await call(readStatus, {}, signal), Date.now()),
    staleTime: Infinity,
    refetchInterval: state === 'live' ? false : 10_000,
  }).data
}
