import { at, listOf } from '#lab/kubernetes/value.ts'

/** The texts of a list in an object; what is no text is left out: schemas refuse it before. */
export function textsAt(object: unknown, path: string): string[] {
  const found = at(object, path)
  return Array.isArray(found) ? found.filter(item => typeof item === 'string') : []
}

export const itemsAt = (object: unknown, path: string) => listOf(at(object, path))

export const has = (object: unknown, path: string): boolean => at(object, path) !== undefined
