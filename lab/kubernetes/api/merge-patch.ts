import { type Fields, isFields } from '#lab/kubernetes/value.ts'

/** JSON Merge Patch (RFC 7386): null removes, objects merge, everything else replaces. Changes neither argument. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch
  const result: Fields = isFields(document) ? { ...document } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}
