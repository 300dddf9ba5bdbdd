import { type Fields, isFields } from '#lab/kubernetes/value.ts'

/**
 * What a controller's server-side apply leaves behind: its own fields over what others wrote. Maps merge, lists of named
 * things merge by name, all other lists are the controller's.
 */
export function applied(before: unknown, wanted: unknown): unknown {
  if (isFields(wanted)) {
    const known: Fields = isFields(before) ? before : {}
    return {
      ...known,
      ...Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, applied(known[key], value)])),
    }
  }
  if (!isNamedList(wanted) || !isNamedList(before)) return wanted
  const find = (items: readonly Fields[], name: unknown) => items.find(item => item['name'] === name)
  return [
    ...before.map(item => {
      const own = find(wanted, item['name'])
      return own === undefined ? item : applied(item, own)
    }),
    ...wanted.filter(item => find(before, item['name']) === undefined),
  ]
}

const isNamedList = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.length > 0 && value.every(item => isFields(item) && typeof item['name'] === 'string')
