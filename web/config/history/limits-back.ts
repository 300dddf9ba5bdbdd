import { meant } from '#shared/config/change/diff.ts'
import { meshKind } from '#shared/config/kinds.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import { healthAnnotation } from '#shared/mesh/tolerance.ts'
import type { Wanted } from '#web/config/editor/change.ts'
import { versionOf } from '#web/config/editor/draft.ts'

/** Whether a change is of limits of health on an object of which Weft writes nothing else: history keeps no other annotation. */
export const isOfLimits = ({ group, kind }: ObjectRef, fields: readonly string[]): boolean =>
  meshKind(group, kind) === undefined &&
  fields.length > 0 &&
  fields.every(field => field.startsWith('metadata.annotations'))

/** The object as it is now with the limits of then, or without any. */
export function limitsBack(now: Json, then: Json): Wanted {
  const limits = textMap(record(then['metadata'])['annotations'])[healthAnnotation]
  const metadata = record(now['metadata'])
  const { [healthAnnotation]: _, ...others } = textMap(metadata['annotations'])
  const annotations = { ...others, ...(limits !== undefined && { [healthAnnotation]: limits }) }
  const resourceVersion = versionOf(now)
  return {
    apply: [
      {
        manifest: meant({ ...now, metadata: { ...metadata, annotations } }),
        ...(resourceVersion !== undefined && { resourceVersion }),
        annotations: [healthAnnotation],
      },
    ],
    delete: [],
  }
}
