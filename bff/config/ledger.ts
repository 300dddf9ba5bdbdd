import { randomUUID } from 'node:crypto'
import type { ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import { type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'

/** Which objects there are, and in which order they changed: who knows an earlier state is told the difference. */
export interface Ledger {
  /** Of this run of the console: a number means nothing to another one. */
  readonly run: string
  /** Rises with every change. */
  revision(): number
  of(kind: ObjectKind): ReadonlyMap<string, MeshObject>
  /** What changed after a revision, each object once and as it is now; null where that is too long ago to be known. */
  since(revision: number): readonly Changed[] | null
  take(kind: ObjectKind, items: ReadonlyMap<string, MeshObject>): { put: MeshObject[]; remove: ObjectRef[] }
}

export interface Changed {
  ref: ObjectRef
  /** Null where it is gone. */
  object: MeshObject | null
}

interface Entry {
  kind: ObjectKind
  key: string
  ref: ObjectRef
}

/** Changes that are remembered: who has missed more of them reads everything anew. */
const most = 5000

export function createLedger(remembered = most): Ledger {
  const known = new Map<ObjectKind, ReadonlyMap<string, MeshObject>>()
  /** The last changes; the last one of them made the present revision. */
  let log: Entry[] = []
  let revision = 0

  const note = (entries: Entry[]) => {
    revision += entries.length
    log = [...log, ...entries].slice(-remembered)
  }

  return {
    run: randomUUID().slice(0, 8),
    revision: () => revision,
    of: kind => known.get(kind) ?? nothing,
    since(from) {
      const missed = revision - from
      if (!(missed >= 0 && missed <= log.length)) return null
      const changed = new Map<string, Changed>()
      for (const { kind, key, ref } of missed === 0 ? [] : log.slice(-missed))
        changed.set(`${kind.group}/${kind.kind}/${key}`, { ref, object: known.get(kind)?.get(key) ?? null })
      return [...changed.values()]
    },
    take(kind, items) {
      const before = known.get(kind) ?? nothing
      const put = [...items].filter(([key, object]) => before.get(key) !== object)
      const remove = [...before].filter(([key]) => !items.has(key))
      known.set(kind, new Map(items))
      note([...put, ...remove].map(([key, object]) => ({ kind, key, ref: refOf(object) })))
      return { put: put.map(([, object]) => object), remove: remove.map(([, object]) => refOf(object)) }
    },
  }
}

const nothing: ReadonlyMap<string, MeshObject> = new Map()
