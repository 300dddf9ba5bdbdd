import type { TurnSeen } from '#bff/mesh/turns.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { type Draft, writtenOf } from './changes.ts'

/** Of each object the newest versions are remembered. */
const most = 50

/**
 * Which change a version of an object belongs to. Many tell nothing that is kept (a status, a note of who owns a field):
 * whoever looked at one of these saw what the change before it had brought.
 */
export function openWrites() {
  const known = new Map<string, { version: string; written: string }[]>()
  return {
    see(after: MeshObject | null, draft: Pick<Draft, 'object' | 'written'> | null): void {
      const of = after === null ? draft?.object : refOf(after)
      if (of === undefined) return
      const versions = known.get(keyOf(of)) ?? []
      const written = draft?.written ?? versions.at(-1)?.written
      if (written === undefined) return
      const version = after?.metadata.resourceVersion ?? ''
      known.set(keyOf(of), [...versions, { version, written }].slice(-most))
    },
    of({ object, version, isGone }: Pick<TurnSeen, 'object' | 'version' | 'isGone'>): string {
      const versions = known.get(keyOf(object)) ?? []
      return isGone
        ? (versions.findLast(each => each.written.startsWith(gone))?.written ?? writtenOf('deleted', version))
        : (versions.findLast(each => each.version === version)?.written ?? version)
    },
  }
}

const gone = writtenOf('deleted', '')
