import { queryOptions } from '@tanstack/react-query'
import { readHappenings, readSignals } from '#shared/overview/api.ts'
import { call } from '#web/api/call.ts'

const every = 15_000

export const signalsQuery = (namespaces: string) =>
  queryOptions({
    queryKey: ['overview', 'signals', namespaces],
    queryFn: ({ signal }) => call(readSignals, { query: namespaces === '' ? {} : { namespaces } }, signal),
    refetchInterval: 2 * every,
    staleTime: every,
  })

export const happeningsQuery = (namespaces: string) =>
  queryOptions({
    queryKey: ['overview', 'happenings', namespaces],
    queryFn: ({ signal }) => call(readHappenings, { query: namespaces === '' ? {} : { namespaces } }, signal),
    refetchInterval: every,
    staleTime: every,
  })
