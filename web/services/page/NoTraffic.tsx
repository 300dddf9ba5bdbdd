import type { ReactNode } from 'react'
import { explainEmpty } from '#shared/mesh/ladder.ts'
import { useLadder } from '#web/api/ladder.ts'
import type { Named } from '#web/services/query.ts'
import { Ladder } from '#web/ui/faces/Ladder.tsx'

/** Why nothing calls it, or is called by it: the first rung that fails. */
export function NoTraffic(props: {
  named: Named
  /** Absent: both. */
  direction?: 'inbound' | 'outbound'
  /** A moment of the past that is looked at. */
  at?: string | undefined
  /** Seconds that are looked at. */
  window: number
  lead?: string
  onGo: (href: string) => void
}): ReactNode {
  const { named, direction, at } = props
  return (
    <Ladder
      useTold={useLadder}
      asked={{
        endpoint: explainEmpty,
        params: {
          panel: 'traffic',
          of: named.of === 'services' ? 'service' : 'workload',
          namespace: named.namespace,
          name: named.name,
          direction,
          at,
          window: String(props.window),
        },
      }}
      lead={props.lead}
      onGo={props.onGo}
    />
  )
}
