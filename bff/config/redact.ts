import { record } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'

/** What stands in the place of something nobody is shown. */
export const hidden = '(hidden)'

/** An object as it may be shown: what a Secret holds is not. */
export function redacted(object: Json): Json {
  if (!isSecret(object)) return object
  return { ...object, ...withoutCopy(object), ...masked(object, 'data'), ...masked(object, 'stringData') }
}

/** kubectl keeps a copy of what was applied, contents and all. */
function withoutCopy(object: Json): Json {
  const metadata = record(object['metadata'])
  if (metadata['annotations'] === undefined) return {}
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = record(metadata['annotations'])
  return { metadata: { ...metadata, annotations } }
}

export const isSecret = (object: Json): boolean => object['kind'] === 'Secret' && object['apiVersion'] === 'v1'

function masked(object: Json, field: string): Json {
  const value = object[field]
  if (typeof value !== 'object' || value === null) return {}
  return { [field]: Object.fromEntries(Object.keys(value).map(key => [key, hidden])) }
}
