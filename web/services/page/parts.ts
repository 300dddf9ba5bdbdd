import type { ComponentType, ReactNode } from 'react'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ServicePage as State } from '#shared/services/api.ts'

/** What other rooms bring: from where features meet. */
export interface Slots {
  metrics?: (state: State) => ReactNode
  traces: (state: State) => ReactNode
  logs: (state: State) => ReactNode
  /** Who may call it, and who does. */
  security: (state: State) => ReactNode
  /** What changed and what happened lately that concerns it. */
  happened: (state: State) => ReactNode
  /** Objects that govern it, as a list. */
  config: (state: State) => ReactNode
  /** Pods and their proxies, of a workload: told by the cluster, whatever is known of traffic. */
  proxies?: () => ReactNode
  /** Absent: limits are shown and not changed. */
  lent?: Lent
  /** The same in few lines, for the overview. */
  governed: (state: State) => ReactNode
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

/** A link of this page: opened here, and by the browser where a hand asks it to. */
export const goes =
  (onGo: (href: string) => void, href: string) =>
  (event: { metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; preventDefault: () => void }): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    onGo(href)
  }
