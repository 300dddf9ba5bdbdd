import type { ComponentType } from 'react'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'

/** What these pages are lent by the room of configuration: the way to the cluster, and rights. */
export interface Lent {
  Apply: ComponentType<{
    title: string
    changes: readonly { before: MeshObject | null; after: MeshObject | null }[]
    onApplied: (reply: { isComplete: boolean }) => void
    onTakenBack: () => void
    onClose: () => void
  }>
  useLacks: () => (object: ObjectRef, deed: 'create' | 'patch' | 'delete') => string | null
}

export interface OwnPageProps {
  search: Readonly<Record<string, string | undefined>>
  onSearch: (patch: Record<string, string | undefined>) => void
  onGo: (href: string) => void
}
