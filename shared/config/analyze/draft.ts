import { record, text, textMap } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** A manifest that somebody is still typing, as analyzers read objects; null while it does not even say what it is. */
export function draftOf(manifest: Json): MeshObject | null {
  const { apiVersion, kind } = manifest
  const metadata = record(manifest['metadata'])
  const [name, namespace] = [text(metadata['name']), text(metadata['namespace'])]
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || name === '') return null
  const { status: _, spec, ...rest } = manifest
  return {
    ...rest,
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      labels: textMap(metadata['labels']),
      annotations: textMap(metadata['annotations']),
    },
    ...(spec === undefined ? {} : { spec: record(spec) }),
  }
}

/**
 * Nobody types a status, and an apply leaves it: a draft has that of the object it replaces. What controllers say of a
 * spec they say of no other, so its conditions stay only with the spec they are about.
 */
export function withStatus(draft: MeshObject, there: MeshObject | undefined): MeshObject {
  if (draft.status !== undefined || there?.status === undefined) return draft
  if (isEqual(draft.spec, there.spec)) return { ...draft, status: there.status }
  const { conditions: _, parents: _parents, ...status } = there.status
  return { ...draft, status }
}
