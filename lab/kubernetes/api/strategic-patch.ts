import { type Fields, isEqual, isFields, shown } from '#lab/kubernetes/value.ts'
import { mergeKeyOf } from './merge-keys.ts'
import { badRequest } from './status.ts'

/**
 * Strategic merge patch: a merge patch in which lists of named things merge by name, with the directives `$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList/<field>` and `$setElementOrder/<field>`
 * (Kubernetes, contributors' guide, "Strategic Merge Patch"). Changes neither argument.
 */
export function strategicPatch(document: Fields, patch: Fields, kind: string): Fields {
  return mergeFields(document, patch, kind, [])
}

const deleteFrom = '$deleteFromPrimitiveList/'
const orderOf = '$setElementOrder/'

function mergeFields(document: Fields, patch: Fields, kind: string, path: readonly string[]): Fields {
  const directive = patch['$patch']
  if (directive === 'replace') return without(patch, ['$patch'])
  if (directive === 'delete') return {}
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch type: ${shown(directive)}`)
  const result: Fields = retained(document, patch['$retainKeys'])
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$patch' || key === '$retainKeys' || key.startsWith(orderOf)) continue
    if (key.startsWith(deleteFrom)) {
      const field = key.slice(deleteFrom.length)
      const [present, gone] = [result[field], listIn(value, key)]
      if (Array.isArray(present)) result[field] = present.filter(item => !gone.some(other => isEqual(item, other)))
      continue
    }
    if (value === null) delete result[key]
    else result[key] = mergeValue(result[key], value, kind, [...path, key], patch[orderOf + key])
  }
  for (const key of Object.keys(patch)) {
    const field = key.slice(orderOf.length)
    if (key.startsWith(orderOf) && !Object.hasOwn(patch, field))
      result[field] = ordered(result[field], patch[key], mergeKeyOf(kind, [...path, field]))
  }
  return result
}

function mergeValue(present: unknown, value: unknown, kind: string, path: readonly string[], order: unknown): unknown {
  if (isFields(value)) return mergeFields(isFields(present) ? present : {}, value, kind, path)
  if (!Array.isArray(value)) return value
  const key = mergeKeyOf(kind, path)
  const before: unknown[] = Array.isArray(present) ? present : []
  if (key === undefined) return value.map(clean)
  if (key === '')
    return ordered([...before, ...value.filter(item => !before.some(one => isEqual(one, item)))], order, '')
  return ordered(mergeList(before, value, key, kind, path), order, key)
}

function mergeList(before: unknown[], items: unknown[], key: string, kind: string, path: readonly string[]): unknown[] {
  if (items.some(item => isFields(item) && item['$patch'] === 'replace' && !Object.hasOwn(item, key)))
    return items.filter(item => !(isFields(item) && item['$patch'] === 'replace')).map(clean)
  let result = [...before]
  for (const item of items) {
    if (!isFields(item) || item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`)
    const isSame = (other: unknown) => isFields(other) && isEqual(other[key], item[key])
    if (item['$patch'] === 'delete') {
      result = result.filter(other => !isSame(other))
      continue
    }
    const place = result.findIndex(isSame)
    const found = result[place]
    if (place < 0) result.push(mergeFields({}, item, kind, path))
    else result[place] = mergeFields(isFields(found) ? found : {}, item, kind, path)
  }
  return result
}

/** Items in the wanted order first come first; items that the order does not name keep their places between. */
function ordered(list: unknown, order: unknown, key: string | undefined): unknown {
  if (!Array.isArray(list) || !Array.isArray(order) || key === undefined) return list
  const nameOf = (item: unknown) => (key === '' ? item : isFields(item) ? item[key] : undefined)
  const wanted = order.map(nameOf)
  const rank = (item: unknown) => wanted.findIndex(name => isEqual(name, nameOf(item)))
  const named = list.filter(item => rank(item) >= 0).toSorted((a, b) => rank(a) - rank(b))
  return [...named, ...list.filter(item => rank(item) < 0)]
}

function retained(document: Fields, keep: unknown): Fields {
  if (!Array.isArray(keep)) return { ...document }
  return Object.fromEntries(Object.entries(document).filter(([key]) => keep.includes(key)))
}

const without = (fields: Fields, keys: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)))

/** A new part of the object, without the words that are for the merge only. */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean)
  if (!isFields(value)) return value
  const kept = Object.entries(value).filter(
    ([key, part]) =>
      part !== null &&
      key !== '$patch' &&
      key !== '$retainKeys' &&
      !key.startsWith(orderOf) &&
      !key.startsWith(deleteFrom),
  )
  return Object.fromEntries(kept.map(([key, part]) => [key, clean(part)]))
}

function listIn(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value
  throw badRequest(`${key} is not a list`)
}
