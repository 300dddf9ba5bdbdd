import type * as z from 'zod/mini'
import type { Inventory, readWorld } from '#shared/config/api.ts'
import { callablesByHost, wildcardEntries } from '#shared/config/world/hosts.ts'
import { podsByLabel } from '#shared/config/world/labels.ts'
import { record, text } from '#shared/config/world/read.ts'
import { type MeshSettings, settingsFrom } from '#shared/config/world/settings.ts'
import { createWorld, type Index, type World } from '#shared/config/world/world.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { Scene } from './intent.ts'

/** What intents ask a world by; an index that is not among these finds nothing. */
export const sceneIndexes: readonly Index[] = [callablesByHost, wildcardEntries, podsByLabel]

export function worldOf(objects: Iterable<MeshObject>, settings: MeshSettings): World {
  const { world, put } = createWorld(settings, sceneIndexes)
  for (const object of objects) put(object)
  return world
}

type WorldReply = z.infer<(typeof readWorld)['reply']>

/** What the BFF has told of a world, up to a version. */
export interface Told extends Pick<WorldReply, 'version' | 'settings' | 'unseen'> {
  objects: ReadonlyMap<string, MeshObject>
}

/** What is known after a reply: all it tells, or what was told before with what is another now. What is no object is not in it. */
export function told(before: Told | null, { version, isWhole, objects, removed, settings, unseen }: WorldReply): Told {
  // Nothing has changed: it is the same.
  if (before?.version === version) return before
  const known = new Map(isWhole ? [] : before?.objects)
  for (const ref of removed) known.delete(keyOf(ref))
  for (const object of objects) if (isObject(object)) known.set(keyOf(refOf(object)), object)
  return { version, objects: known, settings, unseen }
}

export function worldIn({ objects, settings }: Pick<Told, 'objects' | 'settings'>): World {
  const networks = settings['meshNetworks']
  return worldOf(
    objects.values(),
    settingsFrom(record(settings['meshConfig']), networks == null ? null : record(networks)),
  )
}

export const sceneOf = (world: World, inventory: Inventory): Scene => ({ world, inventory })

const isObject = (value: Json): value is Json & MeshObject =>
  text(value['apiVersion']) !== '' && text(value['kind']) !== '' && text(record(value['metadata'])['name']) !== ''
