import type { ObjectKind, ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import type { MeshObject } from '#shared/mesh/object.ts'

/** What the watches have told of one object, or (`all`) how a kind stood when it was first seen. */
export type Sight =
  | { kind: 'one'; before: MeshObject | null; after: MeshObject | null }
  | { kind: 'all'; of: ObjectKind; objects: readonly MeshObject[] }

export type Watched = Pick<ObjectsWatch, 'kinds' | 'items' | 'subscribe'>

/**
 * Tells each version of each object as it comes, in order. A kind that is not being read now (starting, failing,
 * forbidden) is left alone: that it shows nothing does not say that there is nothing.
 */
export function observe(
  objects: Watched,
  kinds: readonly ObjectKind[],
  see: (sight: Sight) => void,
): { again(): void; end(): void } {
  const known = new Map<ObjectKind, Map<string, MeshObject>>()
  const look = (of: ObjectKind) => {
    const items = objects.items(of)
    const held = known.get(of)
    if (held === undefined) {
      known.set(of, new Map(items))
      see({ kind: 'all', of, objects: [...items.values()] })
      return
    }
    for (const [key, after] of items) {
      const before = held.get(key) ?? null
      if (before === after) continue
      held.set(key, after)
      const isAnother = before !== null && before.metadata.uid !== after.metadata.uid
      if (isAnother) see({ kind: 'one', before, after: null })
      see({ kind: 'one', before: isAnother ? null : before, after })
    }
    if (held.size === items.size) return
    for (const [key, before] of held) if (!items.has(key) && held.delete(key)) see({ kind: 'one', before, after: null })
  }
  const lookAt = (of: readonly ObjectKind[]) => {
    const readable = new Set(
      objects
        .kinds()
        .flatMap(({ group, kind, state }) => (state === 'ok' || state === 'missing' ? `${group}/${kind}` : [])),
    )
    for (const each of of) if (readable.has(`${each.group}/${each.kind}`)) look(each)
  }
  const end = objects.subscribe(of => {
    if (of === undefined) lookAt(kinds)
    else if (kinds.includes(of)) lookAt([of])
  })
  lookAt(kinds)
  return {
    /** Forgets what was seen: everything is told as it stands. */
    again: () => {
      known.clear()
      lookAt(kinds)
    },
    end,
  }
}
