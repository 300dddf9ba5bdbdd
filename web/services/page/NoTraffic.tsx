import type { ReactNode } from 'react'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import type { Named } from '#web/services/query.ts'

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
  const { named, ...asked } = props
  const { of, namespace, name } = named
  return (
    <EmptyPanel
      panel="traffic"
      of={of === 'services' ? 'service' : 'workload'}
      namespace={namespace}
      name={name}
      {...asked}
    />
  )
}
