import type { ComponentType } from 'react'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'

/** What pages of this room are lent by the room of configuration: the way to the cluster, rights, and drafts. */

export interface ApplyProps {
  title: string
  changes: readonly { before: MeshObject | null; after: MeshObject | null }[]
  onApplied: (reply: { isComplete: boolean }) => void
  onTakenBack: () => void
  onClose: () => void
}

export interface Lent {
  Apply: ComponentType<ApplyProps>
  useLacks: () => (object: ObjectRef, deed: 'create' | 'patch' | 'delete') => string | null
}

export interface LentDrafts {
  drafts: readonly { object: ObjectRef; manifest: MeshObject | null; typedAt: number }[] | null
  because: string | null
  /** `base`: what the cluster has of it; absent: it is something new. */
  keep: (object: MeshObject, base?: MeshObject) => Promise<void>
  discard: (object: ObjectRef) => Promise<void>
}
export type UseDrafts = () => LentDrafts
