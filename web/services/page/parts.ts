import type { ComponentType, ReactNode } from 'react'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Peer } from '#shared/services/api.ts'

/** What other rooms are asked about: its name, and what stands behind or before it. Nothing of its traffic. */
export interface Subject {
  namespace: string
  name: string
  related: readonly string[]
}

/** What other rooms bring: from where features meet. They stand whatever is known of traffic. */
export interface Slots {
  metrics?: (subject: Subject) => ReactNode
  traces: (subject: Subject) => ReactNode
  logs: (subject: Subject) => ReactNode
  /** Who may call it, and who does. */
  security: (subject: Subject) => ReactNode
  /** What changed and what happened lately that concerns it. */
  happened: (subject: Subject) => ReactNode
  /** Objects that govern it, as a list. */
  config: (subject: Subject) => ReactNode
  /** Pods and their proxies, of a workload: told by the cluster, whatever is known of traffic. */
  proxies?: () => ReactNode
  /** Absent: limits are shown and not changed. */
  lent?: Lent
  /** The same in few lines, for the overview. */
  governed: (subject: Subject) => ReactNode
}

/** The way to the cluster and the rights to go it, lent by the room of configuration. */
export interface Lent {
  /** Writes one annotation of an object (null: takes it away), tried and shown first. */
  Annotate: ComponentType<{
    title: string
    object: ObjectRef
    name: string
    value: string | null
    onApplied: () => void
    onClose: () => void
  }>
  useLacks: () => (object: ObjectRef, deed: 'patch') => string | null
}

/** How a share of errors is printed: as loud as its limits say. */
export const toneOf = ({ errorRatio, health }: Pick<Peer, 'errorRatio' | 'health'>): string =>
  (errorRatio ?? 0) > 0 && (health === 'failing' || health === 'degraded') ? `c-${health}` : 't3'

/** A link of this page: opened here, and by the browser where a hand asks it to. */
export const goes =
  (onGo: (href: string) => void, href: string) =>
  (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; preventDefault: () => void }): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onGo(href)
  }
