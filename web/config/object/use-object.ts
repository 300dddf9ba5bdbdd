import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type * as z from 'zod/mini'
import type { ConfigRow, readObject } from '#shared/config/api.ts'
import type { Problem } from '#shared/http.ts'
import { keyOf, type MeshObject, type ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { objectQuery, unknown, unlisted } from '#web/config/query.ts'
import { useList, type View } from '#web/config/view.ts'

export type ReadObject = z.infer<typeof readObject.reply>

/** One object as it is now, and how far that can be trusted. */
export interface ObjectView {
  /** The newest that could be read; null before the first. */
  read: ReadObject | null
  /** When that was, by the browser's clock. */
  at: number
  /** What the list says of it; null where it says nothing. */
  row: ConfigRow | null
  /** Why there is nothing newer. */
  problem: Problem | null
  /** It was there and is not any more. */
  isDeleted: boolean
  list: View
  again: () => void
}

const versionOf = ({ object }: ReadObject): string => {
  // The reply is an object of the API server's; its metadata is what Kubernetes says it is.
  const { metadata } = object as Partial<MeshObject>
  return metadata?.resourceVersion ?? ''
}

export function useObject(of: ObjectRef): ObjectView {
  const list = useList()
  const cache = useQueryClient()
  const key = keyOf(of)
  const row = list.state?.rows.find(({ ref }) => keyOf(ref) === key) ?? null
  const version = row?.resourceVersion ?? (list.state === null ? unknown : unlisted)
  const query = useQuery({
    ...objectQuery(of, version),
    // What was read before the list was there need not be read twice.
    initialData: () => {
      const first = cache.getQueryData<ReadObject>(objectQuery(of, unknown).queryKey)
      return first !== undefined && versionOf(first) === version ? first : undefined
    },
  })
  const own = query.isPlaceholderData ? null : (query.data ?? null)
  const [last, setLast] = useState<{ key: string; read: ReadObject; at: number } | null>(null)
  if (own !== null && (last?.read !== own || last.key !== key)) setLast({ key, read: own, at: query.dataUpdatedAt })
  const kept = last?.key === key ? last : null
  const problem = query.error === null ? null : problemFrom(query.error)
  return {
    read: own ?? kept?.read ?? null,
    at: kept?.at ?? query.dataUpdatedAt,
    row,
    problem,
    isDeleted: kept !== null && problem?.status === 404,
    list,
    again: () => void query.refetch(),
  }
}
