import { edited } from '#shared/config/change/edits.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { IntentChange } from './intent.ts'

/** One object of a change, before and after it. */
export interface Written {
  object: ObjectRef
  /** Null: it is new. */
  before: MeshObject | null
  /** Null: it goes. */
  after: MeshObject | null
}

/** What a change makes of the objects that are there; in the order in which they have to be written. */
export function writtenBy(world: World, { create, edit, delete: remove }: IntentChange): Written[] {
  const now = ({ group, kind, namespace, name }: ObjectRef) => world.get(`${group}/${kind}`, namespace, name) ?? null
  return [
    ...create.map(after => ({ object: refOf(after), before: null, after })),
    ...edit.flatMap(({ object, edits }) => {
      const before = now(object)
      return before === null ? [] : [{ object, before, after: edited(before, edits) }]
    }),
    ...remove.map(object => ({ object, before: now(object), after: null })),
  ]
}
