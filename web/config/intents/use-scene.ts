import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { readWorld } from '#shared/config/api.ts'
import type { Scene } from '#shared/config/intents/intent.ts'
import { type Told, told, worldIn } from '#shared/config/intents/scene.ts'
import { call } from '#web/api/call.ts'
import { problemFrom } from '#web/api/call.ts'
import { inventoryQuery } from '#web/config/editor/queries.ts'
import { useList } from '#web/config/view.ts'

const worldKey = ['config', 'world'] as const

export const worldQuery = queryOptions({
  queryKey: worldKey,
  // Of what is known already only the difference is told.
  queryFn: async ({ signal, client }) => {
    const before = client.getQueryData<Told>(worldKey) ?? null
    return told(before, await call(readWorld, before === null ? {} : { query: { since: before.version } }, signal))
  },
  structuralSharing: false,
  // A change of any object is told by the feed; this is for pods and services, which it does not tell of.
  staleTime: 10_000,
  refetchInterval: 20_000,
})

export interface SceneView {
  scene: Scene | null
  /** Kinds of which not everything may be seen. */
  unseen: readonly { kind: string; except: string[] }[]
  problem: string | null
  /** Reads it again, and says when that is done. */
  again: () => Promise<void>
}

/** What exists, read again whenever the list says that something is another. */
export function useScene(): SceneView {
  const cache = useQueryClient()
  const { state } = useList()
  const world = useQuery({ ...worldQuery, select: seen })
  const inventory = useQuery(inventoryQuery)
  const again = async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: worldQuery.queryKey }),
      cache.invalidateQueries({ queryKey: inventoryQuery.queryKey }),
    ])
  }
  useEffect(() => {
    if (state !== null) void cache.invalidateQueries({ queryKey: worldQuery.queryKey })
  }, [state, cache])
  const error = world.data === undefined ? world.error : inventory.data === undefined ? inventory.error : null
  return {
    scene:
      world.data === undefined || inventory.data === undefined
        ? null
        : { world: world.data.world, inventory: inventory.data },
    unseen: world.data?.unseen ?? [],
    problem: error === null ? null : problemFrom(error).detail,
    again,
  }
}

const seen = ({ objects, settings, unseen }: Told) => ({ world: worldIn({ objects, settings }), unseen })
