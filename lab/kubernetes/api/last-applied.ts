import type { KubeObject } from '#lab/contract.ts'
import { difference, isEmpty } from '#lab/kubernetes/managed/field-set.ts'
import { compare, fieldsIn } from '#lab/kubernetes/managed/fields.ts'
import type { Conflict } from '#lab/kubernetes/managed/own.ts'
import type { Shape } from '#lab/kubernetes/managed/shape.ts'
import { type Fields, fieldsOf, isFields } from '#lab/kubernetes/value.ts'

/**
 * kubectl used to keep what it applied in an annotation. Who goes on with `kubectl apply --server-side` meets no conflict
 * with that former self, and the annotation is kept up for those who go back (Kubernetes documentation, "Server-Side
 * Apply", "Upgrading from client-side apply to server-side apply").
 */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
const heir = 'kubectl'

/** The conflicts that stand; one with a field that kubectl applied last, and that is still so, does not. */
export function allowedConflicts(
  shape: Shape,
  before: KubeObject | undefined,
  conflicts: readonly Conflict[],
  manager: string,
): readonly Conflict[] {
  const last = manager === heir && before ? lastApplied(before) : undefined
  if (!last || conflicts.length === 0) return conflicts
  const { modified, added, removed } = compare(shape, last, before)
  const allowed = [modified, added, removed].reduce(difference, fieldsIn(shape, last))
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: difference(fields, allowed) }))
    .filter(({ fields }) => !isEmpty(fields))
}

function lastApplied(object: KubeObject): Fields | undefined {
  const text = object.metadata.annotations?.[annotation]
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    // Written by a person, perhaps: then it allows nothing.
    return undefined
  }
}

/** The object with the annotation as `config` says it, where there is one. */
export function syncLastApplied(before: KubeObject, object: Fields, config: Fields, manager: string): Fields {
  if (manager !== heir || before.metadata.annotations?.[annotation] === undefined) return object
  const metadata = fieldsOf(object['metadata'])
  const said = fieldsOf(config['metadata'])
  const { [annotation]: _, ...others } = fieldsOf(said['annotations'])
  const text = JSON.stringify({ ...config, metadata: { ...said, annotations: others } })
  const annotations = { ...fieldsOf(metadata['annotations']), [annotation]: `${text}\n` }
  return { ...object, metadata: { ...metadata, annotations } }
}
