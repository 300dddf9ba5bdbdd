import { useQuery } from '@tanstack/react-query'
import { listHistory } from '#shared/config/api.ts'
import { call } from '#web/api/call.ts'
import type { Mark } from '#web/ui/chart/chart.ts'

const mostMarks = '50'

/** What the history says changed: moments that charts mark. Charts stand without it where it cannot be read. */
export function useChanges(namespace: string | undefined): Mark[] {
  const query = { limit: mostMarks, ...(namespace !== undefined && { namespaces: namespace }) }
  const { data } = useQuery({
    queryKey: ['metrics', 'changes', query],
    queryFn: ({ signal }) => call(listHistory, { query }, signal),
    refetchInterval: 30_000,
  })
  return (data?.entries ?? [])
    .filter(({ change }) => change !== 'found')
    .map(({ at, object }) => ({ at, name: `${object.kind} ${object.name}` }))
}
