import type { Json } from '#shared/mesh/object.ts'

/** What stands in the place of something nobody is shown. */
export const hidden = '(hidden)'

/** An object as it may be shown: what a Secret holds is not. */
export function redacted(object: Json): Json {
  if (!isSecret(object)) return object
  return { ...object, ...masked(object, 'data'), ...masked(object, 'stringData') }
}

export const isSecret = (object: Json): boolean => object['kind'] === 'Secret' && object['apiVersion'] === 'v1'

function masked(object: Json, field: string): Json {
  const value = object[field]
  if (typeof value !== 'object' || value === null) return {}
  return { [field]: Object.fromEntries(Object.keys(value).map(key => [key, hidden])) }
}
