import { queryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import { call } from '#web/api/call.ts'

type Namespaces = z.infer<typeof listNamespaces.reply>

const namespacesQuery = queryOptions({
  queryKey: ['namespaces'],
  queryFn: ({ signal }) => call(listNamespaces, {}, signal),
  staleTime: 30_000,
  refetchInterval: 60_000,
})

export const useNamespaces = (): UseQueryResult<Namespaces> => useQuery(namespacesQuery)
