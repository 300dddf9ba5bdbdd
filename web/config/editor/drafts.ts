import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { textOfObject } from './draft.ts'
import { type DraftStore, openDrafts, openTabs } from './draft-store.ts'
import { readOne } from './manifest.ts'

/** One draft as another page lists it. */
export interface ListedDraft {
  object: ObjectRef
  /** Null: what is typed cannot be read. */
  manifest: MeshObject | null
  /** Milliseconds since the epoch. */
  typedAt: number
}

export interface DraftList {
  /** Null: the browser has not told yet. */
  drafts: readonly ListedDraft[] | null
  /** Why the browser tells none. */
  because: string | null
  /** As what is typed of something new, or of what the cluster has. */
  keep: (object: MeshObject, base?: MeshObject) => Promise<void>
  discard: (object: ObjectRef) => Promise<void>
}

const store: DraftStore = openDrafts(globalThis.indexedDB as IDBFactory | undefined)

/** All drafts of one kind that are kept in this browser; what other tabs type is heard. */
export function useDrafts(group: string, kind: string): DraftList {
  const listed = useQuery({
    queryKey: ['config', 'drafts', group, kind],
    queryFn: async () =>
      (await store.all())
        .filter(({ object }) => object.group === group && object.kind === kind)
        .map(({ object, text, typedAt }): ListedDraft => ({ object, manifest: manifestIn(text), typedAt }))
        .sort((a, b) => b.typedAt - a.typedAt),
    staleTime: 0,
    retry: false,
    networkMode: 'always',
  })
  const { refetch } = listed
  const [tabs] = useState(openTabs)
  useEffect(() => tabs.listen(() => void refetch()), [tabs, refetch])
  return {
    drafts: listed.data ?? null,
    because: listed.error === null ? null : listed.error.message,
    keep: async (object, base) => {
      const named = refOf(object)
      const draft = {
        object: base === undefined ? { ...named, name: `new:${named.name}` } : named,
        text: textOfObject({ ...object }),
        base: base === undefined ? null : { ...base },
        typedAt: Date.now(),
      }
      await store.keep(draft)
      tabs.tell({ object: keyOf(draft.object), draft, at: draft.typedAt })
      await refetch()
    },
    discard: async object => {
      await store.discard(object)
      tabs.tell({ object: keyOf(object), draft: null, at: Date.now() })
      await refetch()
    },
  }
}

function manifestIn(text: string): MeshObject | null {
  const value = readOne(text).manifest?.value
  if (value === undefined) return null
  const { apiVersion, kind, metadata } = value as Partial<MeshObject>
  const isNamed = typeof metadata === 'object' && metadata !== null && typeof metadata.name === 'string'
  return typeof apiVersion === 'string' && typeof kind === 'string' && isNamed ? (value as unknown as MeshObject) : null
}
