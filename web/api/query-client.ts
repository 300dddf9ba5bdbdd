import { QueryClient } from '@tanstack/react-query'
import { CallError } from './call.ts'

/** Bad input and missing rights do not get better by asking again; a source that is away may. */
const isWorthRetrying = (failures: number, error: Error): boolean =>
  failures < 2 && !(error instanceof CallError && error.problem.status >= 400 && error.problem.status < 500)

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, gcTime: 5 * 60_000, retry: isWorthRetrying, refetchOnWindowFocus: false },
    },
  })
