import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { promotionsIn } from '#shared/security/board.ts'
import type { Denial } from '#shared/security/denials.ts'
import { isMeshObject, workloadKey } from '#shared/security/landscape.ts'
import type { ReplayRow } from '#shared/security/replay/replayer.ts'
import { problemFrom } from '#web/api/call.ts'
import { denialsQuery, landscapeQuery } from '#web/security/query.ts'
import { useReplay } from '#web/security/replay/use-replay.ts'

export interface Refused {
  calls: readonly (Pick<ReplayRow, 'protocol'> & {
    source: { namespace: string; workload: string }
    destination: { namespace: string; workload: string }
    rate: number
  })[]
  workloads: readonly { namespace: string; workload: string; enforced: number; staged: number }[]
}

const over = '1h'

/** What proxies refuse now, and what staged policies would: by their counters, and of calls by the last hour replayed. */
export function useRefusals() {
  const denials = useQuery(denialsQuery(over))
  const landscape = useQuery(landscapeQuery)
  const promotions = useMemo(
    () => promotionsIn((landscape.data?.objects ?? []).filter(isMeshObject)),
    [landscape.data?.objects],
  )
  const view = useReplay(promotions, over, true)
  const { replayed, flows } = view
  const counts = denials.data?.counts
  const refused = useMemo(
    (): Refused => ({
      calls: (replayed?.rows ?? [])
        .filter(({ effect }) => effect === 'newlyRefused')
        .map(({ source, destination, protocol, requests }) => ({
          source,
          destination,
          protocol,
          rate: requests / (flows?.window ?? 3600),
        })),
      workloads: byWorkload(counts ?? []),
    }),
    [replayed, flows?.window, counts],
  )
  const unread = denials.error ?? landscape.error
  return {
    refused,
    staged: promotions.length,
    isReading: unread === null && (counts === undefined || landscape.data === undefined),
    because: unread === null ? view.because : problemFrom(unread).detail,
  }
}

function byWorkload(counts: readonly Denial[]): Refused['workloads'] {
  const found = Map.groupBy(counts, ({ namespace, workload }) => workloadKey({ namespace, name: workload }))
  return [...found.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return []
    const rate = (kind: Denial['kind']) =>
      [first, ...rest].filter(each => each.kind === kind).reduce((sum, each) => sum + each.rate, 0)
    const { namespace, workload } = first
    return [{ namespace, workload, enforced: rate('enforced'), staged: rate('staged') }]
  })
}
