import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import type { Draft } from './draft.ts'

/**
 * What was typed last, of a page that goes before the browser's database has it: that one takes its time, and a page
 * that goes has none. Kept where it is written at once, until the next page has read it.
 */
export function lastWords(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined): {
  say(draft: Draft): void
  take(object: ObjectRef): Draft | null
} {
  const place = (object: ObjectRef) => `weft.draft.${keyOf(object)}`
  return {
    say(draft) {
      try {
        storage?.setItem(place(draft.object), JSON.stringify(draft))
      } catch {
        // Too long for it, or no place is given: the database has all but the last keys.
      }
    },
    take(object) {
      const written = storage?.getItem(place(object)) ?? null
      if (written === null) return null
      storage?.removeItem(place(object))
      return draftIn(written, object)
    },
  }
}

/** Null where somebody else has written there. */
function draftIn(written: string, object: ObjectRef): Draft | null {
  try {
    const { text, base, typedAt } = JSON.parse(written) as Partial<Draft>
    return typeof text === 'string' && typeof typedAt === 'number'
      ? { object, text, base: base ?? null, typedAt }
      : null
  } catch {
    return null
  }
}

/** Of two drafts the one that was typed later. */
export const laterOf = (one: Draft | null, other: Draft | null): Draft | null =>
  one === null || (other !== null && other.typedAt >= one.typedAt) ? (other ?? one) : one
