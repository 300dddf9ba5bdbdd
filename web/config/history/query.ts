import { type InfiniteData, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import { compareRevisions, type HistoryEntry, listHistory, readRevision, tallyHistory } from '#shared/config/api.ts'
import { call } from '#web/api/call.ts'
import type { HistoryFilter } from './search.ts'

export type Page = z.infer<typeof listHistory.reply>
export type Revision = z.infer<typeof readRevision.reply>
export type Comparison = z.infer<typeof compareRevisions.reply>

const pageLength = '200'

/** The past from now on back, page by page as it is scrolled to. What is newer is put before it: see `withNewer`. */
export const timelineQuery = (filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: ['config', 'history', filter],
    queryFn: ({ pageParam, signal }) =>
      call(
        listHistory,
        { query: { ...filter, limit: pageLength, ...(pageParam === null ? {} : { before: pageParam }) } },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page) => (last.isEnd ? null : (last.entries.at(-1)?.id ?? null)),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** Pages of newer changes that are asked for before the whole is read anew. */
const mostNewer = 5

/** What is newer than `known`, and the newest of what is known as it is told now; null: too much to catch up with. */
export async function readNewer(
  filter: HistoryFilter,
  known: string | null,
  signal: AbortSignal,
  ask: (query: HistoryFilter & { before?: string; limit: string }) => Promise<Page> = query =>
    call(listHistory, { query }, signal),
): Promise<HistoryEntry[] | null> {
  const found: HistoryEntry[] = []
  let before: string | null = null
  for (let turn = 0; turn < mostNewer; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the last one ended
    const page: Page = await ask({ ...filter, limit: '50', ...(before === null ? {} : { before }) })
    found.push(...page.entries)
    before = page.entries.at(-1)?.id ?? null
    if (page.isEnd || (known !== null && found.some(({ id }) => Number(id) <= Number(known)))) return found
  }
  return null
}

/** Puts newer changes before the known ones; a known one that is told anew (by whom, why) takes its place. */
export function withNewer<Param>(
  data: InfiniteData<Page, Param>,
  newer: readonly HistoryEntry[],
): InfiniteData<Page, Param> {
  const [first, ...rest] = data.pages
  if (first === undefined) return data
  const told = new Map(newer.map(entry => [entry.id, entry]))
  const newest = Number(first.entries[0]?.id ?? 0)
  const fresh = newer.filter(({ id }) => Number(id) > newest)
  const again = (page: Page): Page => ({ ...page, entries: page.entries.map(entry => told.get(entry.id) ?? entry) })
  const head = again(first)
  return { ...data, pages: [{ ...head, entries: [...fresh, ...head.entries] }, ...rest.map(again)] }
}

export const tallyQuery = ({ namespaces, object }: HistoryFilter, newest: string | null) =>
  queryOptions({
    queryKey: ['config', 'history-tally', namespaces, object, newest],
    queryFn: ({ signal }) =>
      call(
        tallyHistory,
        { query: { ...(namespaces === undefined ? {} : { namespaces }), ...(object === undefined ? {} : { object }) } },
        signal,
      ),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })

/** @param told how the timeline tells it: told anew, it is read anew */
export const revisionQuery = (id: string, told: HistoryEntry['turns'] | null = null) =>
  queryOptions({
    queryKey: ['config', 'history-revision', id, told],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(readRevision, { params: { id } }, signal),
    staleTime: 30_000,
  })

export const comparisonQuery = (id: string, other: string) =>
  queryOptions({
    queryKey: ['config', 'history-comparison', id, other],
    queryFn: ({ signal }) => call(compareRevisions, { params: { id, other } }, signal),
    staleTime: 30_000,
  })
