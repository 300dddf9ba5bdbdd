import type { Outcome } from '#shared/config/api.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import { meant } from './diff.ts'

/** What takes written objects back, the last one first: in the form `applyChange` takes. */
export interface Inverse {
  apply: { manifest: Json; take: string[]; resourceVersion?: string; annotations?: string[] }[]
  delete: { object: ObjectRef; resourceVersion?: string }[]
}

/**
 * The change that undoes what of another one was written. Each object is taken back only as it was left: who changed it
 * since is asked first (another resourceVersion is a conflict).
 */
export function inverseOf(outcomes: readonly Outcome[]): Inverse {
  const inverse: Inverse = { apply: [], delete: [] }
  for (const { object, result, before, resourceVersion, annotations } of outcomes.toReversed()) {
    const version = resourceVersion === null ? {} : { resourceVersion }
    if (result === 'created') inverse.delete.push({ object, ...version })
    else if (result === 'applied' && before)
      inverse.apply.push({ manifest: meant(before), take: [], ...version, ...(annotations && { annotations }) })
    else if (result === 'deleted' && before) inverse.apply.push({ manifest: meant(before), take: [] })
  }
  return inverse
}
