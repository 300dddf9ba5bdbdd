import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import type { HistoryEntry } from '#shared/config/api.ts'
import type { Problem } from '#shared/http.ts'
import { problemFrom } from '#web/api/call.ts'
import { useList, type View } from '#web/config/view.ts'
import { readNewer, timelineQuery, withNewer } from './query.ts'
import type { HistoryFilter } from './search.ts'

/** The past as far as it has been scrolled to, and how far it can be trusted. */
export interface Timeline {
  /** Null before the first answer. */
  entries: readonly HistoryEntry[] | null
  isEnd: boolean
  isReading: boolean
  /** Why there is nothing, or nothing newer or older. */
  problem: Problem | null
  list: View
  older: () => void
  again: () => void
}

/** Who made a change and why may be told a moment after the change itself, and what it turned some moments later. */
const afterthoughts = [2500, 8000]

/** Reads back as far as somebody scrolls, and reads the newest whenever the live list tells of a change. */
export function useTimeline(filter: HistoryFilter): Timeline {
  const cache = useQueryClient()
  const list = useList()
  const options = timelineQuery(filter)
  const query = useInfiniteQuery(options)
  const [newerProblem, setProblem] = useState<Problem | null>(null)
  const [tries, setTries] = useState(0)
  const hasData = query.data !== undefined

  const catchUp = useEffectEvent(async (signal: AbortSignal) => {
    const data = cache.getQueryData(options.queryKey)
    if (data === undefined) return
    try {
      const newer = await readNewer(filter, data.pages[0]?.entries[0]?.id ?? null, signal)
      if (signal.aborted) return
      if (newer === null) await cache.resetQueries({ queryKey: options.queryKey, exact: true })
      else cache.setQueryData(options.queryKey, known => known && withNewer(known, newer))
      setProblem(null)
    } catch (error) {
      if (!signal.aborted) setProblem(problemFrom(error))
    }
  })
  const of = JSON.stringify(filter)
  useEffect(() => {
    if (list.state === null || !hasData) return
    const stop = new AbortController()
    const timers = [0, ...afterthoughts].map(wait => setTimeout(() => void catchUp(stop.signal), wait))
    return () => {
      stop.abort()
      for (const timer of timers) clearTimeout(timer)
    }
  }, [list.state, hasData, of, tries])

  const problem = query.error === null ? newerProblem : problemFrom(query.error)
  return {
    entries: query.data?.pages.flatMap(page => page.entries) ?? null,
    isEnd: hasData && !query.hasNextPage,
    isReading: query.isFetching,
    problem,
    list,
    older: () => {
      if (query.hasNextPage && !query.isFetching && query.error === null) void query.fetchNextPage()
    },
    again: () => {
      setProblem(null)
      setTries(tries + 1)
      if (query.error !== null) void (hasData ? query.fetchNextPage() : query.refetch())
    },
  }
}
