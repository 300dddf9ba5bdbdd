import { createHash } from 'node:crypto'
import { meant } from '#shared/config/change/diff.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'

/**
 * What objects meant in the versions that were handed out. Controllers write status all the time and every write makes a
 * new resourceVersion: what a person has before their eyes is old only when it means something else by now.
 */
export interface Versions {
  /** To be called with every object that leaves for a page. */
  remember(object: MeshObject): void
  /** Whether the object as it is now still means what it meant in that version. Of a version nobody knows: no. */
  isSame(now: MeshObject, resourceVersion: string): boolean
}

const most = 20_000

export function createVersions(): Versions {
  const known = new Map<string, string>()
  const nameOf = (object: MeshObject, version: string) =>
    `${keyOf(refOf(object))} ${object.metadata.uid ?? ''} ${version}`
  return {
    remember(object) {
      const name = nameOf(object, object.metadata.resourceVersion ?? '')
      known.delete(name)
      known.set(name, printOf(object))
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
    },
    isSame: (now, resourceVersion) =>
      now.metadata.resourceVersion === resourceVersion || known.get(nameOf(now, resourceVersion)) === printOf(now),
  }
}

const printOf = (object: MeshObject): string =>
  createHash('sha256')
    .update(JSON.stringify(ordered(meant(object as Json))))
    .digest('base64')

/** The order of keys says nothing. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, inner]) => [key, ordered(inner)])
}
