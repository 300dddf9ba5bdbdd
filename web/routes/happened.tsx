import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useStatus } from '#web/api/use-live.ts'
import { Changed } from '#web/overview/Changed.tsx'
import { changesQuery, marksOf } from './lately.ts'
import '#web/overview/overview.css'

/** What happened lately to some names of a namespace: the strip of the overview, narrowed. */
export function Happened(props: {
  namespace: string
  names: readonly string[]
  onGo: (href: string) => void
}): ReactNode {
  const skew = useStatus()?.skew ?? 0
  const { namespace, names } = props
  const changes = useQuery(changesQuery(namespace, skew))
  return (
    <Changed
      changes={{
        list: changes.data === undefined ? null : marksOf(changes.data),
        problem: changes.error?.message ?? null,
      }}
      namespaces={namespace}
      skew={skew}
      about={({ kind, namespace: place, name }) =>
        place === namespace &&
        names.some(
          own =>
            name === own ||
            // A controller names what it makes after itself.
            (['Pod', 'ReplicaSet', 'HorizontalPodAutoscaler'].includes(kind) && name.startsWith(`${own}-`)),
        )
      }
      onGo={props.onGo}
    />
  )
}
