import type * as z from 'zod/mini'
import type { Inventory, readWorld } from '#shared/config/api.ts'
import { callablesByHost, wildcardEntries } from '#shared/config/world/hosts.ts'
import { podsByLabel } from '#shared/config/world/labels.ts'
import { record, text } from '#shared/config/world/read.ts'
import { type MeshSettings, settingsFrom } from '#shared/config/world/settings.ts'
import { createWorld, type Index, type World } from '#shared/config/world/world.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import type { Scene } from './intent.ts'

/** What intents ask a world by; an index that is not among these finds nothing. */
export const sceneIndexes: readonly Index[] = [callablesByHost, wildcardEntries, podsByLabel]

export function worldOf(objects: Iterable<MeshObject>, settings: MeshSettings): World {
  const { world, put } = createWorld(settings, sceneIndexes)
  for (const object of objects) put(object)
  return world
}

type WorldReply = z.infer<(typeof readWorld)['reply']>

/** A world out of what the BFF tells of it. What is no object is not in it. */
export function worldIn({ objects, settings }: Pick<WorldReply, 'objects' | 'settings'>): World {
  const networks = settings['meshNetworks']
  return worldOf(
    objects.filter(isObject),
    settingsFrom(record(settings['meshConfig']), networks == null ? null : record(networks)),
  )
}

export const sceneOf = (world: World, inventory: Inventory): Scene => ({ world, inventory })

const isObject = (value: Json): value is Json & MeshObject =>
  text(value['apiVersion']) !== '' && text(value['kind']) !== '' && text(record(value['metadata'])['name']) !== ''
