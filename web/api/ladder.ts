import { queryOptions, useQuery } from '@tanstack/react-query'
import type { Endpoint } from '#shared/http.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import { call, problemFrom } from './call.ts'
import { useStatus } from './use-live.ts'

/** Why a panel is empty: who is asked, and of what. */
export interface AskedLadder {
  endpoint: Endpoint<unknown, unknown, unknown, Ladder>
  /** As the address says it; what says nothing is left out. */
  params: Readonly<Record<string, string | undefined>>
}

/** What was answered so far. */
export interface ToldLadder {
  ladder: Ladder | null
  /** Why it was not answered. */
  because: string | null
  /** Milliseconds to add to the browser's clock to get the BFF's. */
  skew: number
}

const every = 15_000

export const ladderQuery = ({ endpoint, params }: AskedLadder) => {
  const said = Object.fromEntries(Object.entries(params).filter(([, value]) => (value ?? '') !== ''))
  const isPast = said['at'] !== undefined || said['to'] !== undefined
  return queryOptions({
    queryKey: ['empty', endpoint.path, said],
    queryFn: ({ signal }) => call(endpoint, { query: said }, signal),
    staleTime: every / 2,
    refetchInterval: isPast ? false : every,
    // The same panel a scrape later keeps its reason until the next is there.
    placeholderData: previous => previous,
  })
}

/** Asked only where it is shown: an empty panel costs, a full one does not. */
export function useLadder(asked: AskedLadder): ToldLadder {
  const { data, error } = useQuery(ladderQuery(asked))
  const skew = useStatus()?.skew ?? 0
  return { ladder: data ?? null, because: error === null ? null : problemFrom(error).detail, skew }
}
