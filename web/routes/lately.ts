import { queryOptions } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import { listHistory } from '#shared/config/api.ts'
import { call } from '#web/api/call.ts'
import type { OverviewData } from '#web/overview/data.ts'

const lookback = 30 * 60_000

/** Changes of the last half hour, by the BFF's clock. `namespaces`: `a,b`; empty: all. */
export const changesQuery = (namespaces: string, skew: number) =>
  queryOptions({
    queryKey: ['overview', 'changes', namespaces],
    queryFn: ({ signal }) =>
      call(
        listHistory,
        {
          query: {
            since: String(Date.now() + skew - lookback),
            limit: '100',
            ...(namespaces !== '' && { namespaces }),
          },
        },
        signal,
      ),
    refetchInterval: 15_000,
  })

type Told = z.infer<typeof listHistory.reply>

/** As the strip draws them, each with the way to its entry in the history. */
export const marksOf = ({ entries }: Told): NonNullable<OverviewData['changes']['list']> =>
  entries.map(({ id, object, at, change, author }) => ({
    id,
    at,
    change,
    kind: object.kind,
    name: object.namespace === '' ? object.name : `${object.namespace}/${object.name}`,
    author,
    href: `/config/history?object=${[object.group, object.kind, object.namespace, object.name].map(encodeURIComponent).join('/')}&open=${encodeURIComponent(id)}`,
  }))
