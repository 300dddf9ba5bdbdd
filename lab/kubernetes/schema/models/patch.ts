import type { Structural } from '#lab/kubernetes/schema/structural.ts'

/**
 * What the validators do not say, place by place. A place is written as a path from the object: `spec.http[].timeout`,
 * `{}` stands for the values of a map, and `**.` in front means: wherever a path ends so.
 */
export type Patches = Readonly<Record<string, Structural>>

/** Copies a schema with its patches. Throws for a patch that fits nowhere: the packages have changed. */
export function patched(schema: Structural, patches: Patches): Structural {
  const suffixes = Object.keys(patches).filter(place => place.startsWith('**.'))
  const used = new Set<string>()
  const take = (place: string): Structural => {
    used.add(place)
    return patches[place] ?? {}
  }
  const walk = (part: Structural, path: string): Structural => {
    const exact = Object.hasOwn(patches, path) ? [take(path)] : []
    const ending = suffixes.filter(place => `.${path}`.endsWith(place.slice(2))).map(take)
    const own = [...exact, ...ending].reduce(withPatch, part)
    return {
      ...own,
      ...(own.properties
        ? { properties: mapFields(own.properties, (inner, key) => walk(inner, join(path, key))) }
        : {}),
      ...(own.items ? { items: walk(own.items, `${path}[]`) } : {}),
      ...(typeof own.additionalProperties === 'object'
        ? { additionalProperties: walk(own.additionalProperties, `${path}{}`) }
        : {}),
    }
  }
  const result = walk(schema, '')
  const unused = Object.keys(patches).filter(place => !used.has(place))
  if (unused.length > 0) throw new Error(`no place for the patches ${unused.join(', ')}`)
  return result
}

/** A schema with a patch: rules are added to those that are there, `properties` too, all else is replaced. */
export function withPatch(schema: Structural, patch: Structural): Structural {
  const rules = [...(schema[validations] ?? []), ...(patch[validations] ?? [])]
  return {
    ...schema,
    ...patch,
    ...(schema.properties && patch.properties ? { properties: { ...schema.properties, ...patch.properties } } : {}),
    ...(rules.length > 0 ? { [validations]: rules } : {}),
  }
}

const validations = 'x-kubernetes-validations'

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

export const mapFields = <T, U>(
  fields: Readonly<Record<string, T>>,
  change: (part: T, key: string) => U,
): Record<string, U> => Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, change(part, key)]))

/** A rule of a CustomResourceDefinition in CEL, with what the server says where it is not kept. */
export const rules = (...pairs: readonly (readonly [message: string, rule: string])[]): Structural => ({
  [validations]: pairs.map(([message, rule]) => ({ message, rule })),
})

export const mapOf = (...keys: string[]): Structural => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
})
