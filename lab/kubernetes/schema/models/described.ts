import type { Structural } from '#lab/kubernetes/schema/structural.ts'
import type { Words } from './declarations.ts'
import { mapFields } from './patch.ts'

/** A schema with the words of its declaration. Parts that are the same stay the same: many kinds share their types. */
export function described(schema: Structural, words: Words | undefined): Structural {
  if (words === undefined) return schema
  const found = done.get(schema)?.get(words)
  if (found) return found
  const { fields, inner, description } = words
  const result: Structural = {
    ...(description === '' ? {} : { description }),
    ...schema,
    ...(schema.properties
      ? { properties: mapFields(schema.properties, (part, key) => described(part, fields.get(key))) }
      : {}),
    ...(schema.items ? { items: described(schema.items, inner) } : {}),
    ...(typeof schema.additionalProperties === 'object'
      ? { additionalProperties: described(schema.additionalProperties, inner) }
      : {}),
  }
  const byWords = done.get(schema) ?? new WeakMap<Words, Structural>()
  done.set(schema, byWords.set(words, result))
  return result
}

const done = new WeakMap<Structural, WeakMap<Words, Structural>>()
