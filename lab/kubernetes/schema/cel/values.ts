import type { Structural } from '#lab/kubernetes/schema/structural.ts'

/** A value as rules see it: whole numbers are CEL's `int`, and fields with names that CEL cannot say are escaped. */
export type ToCel = (schema: Structural | undefined, value: unknown) => unknown

/** Parts that were converted once are not converted again: rules stand on every level of an object. */
export function createToCel(): ToCel {
  const done = new Map<object, unknown>()
  const convert: ToCel = (schema, value) => {
    if (typeof value === 'number') return schema?.type !== 'number' && Number.isInteger(value) ? BigInt(value) : value
    if (typeof value !== 'object' || value === null) return value
    const found = done.get(value)
    if (found !== undefined) return found
    const result = Array.isArray(value)
      ? value.map((item: unknown) => convert(schema?.items, item))
      : fieldsOf(schema, value)
    done.set(value, result)
    return result
  }
  const fieldsOf = (schema: Structural | undefined, value: object): Record<string, unknown> => {
    const { properties = {}, additionalProperties } = schema ?? {}
    const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
    // Without a prototype: `has(self.constructor)` is a question about data.
    const result = Object.create(null) as Record<string, unknown>
    for (const [key, part] of Object.entries(value))
      if (Object.hasOwn(properties, key)) result[escaped(key)] = convert(properties[key], part)
      else result[key] = convert(values, part)
    return result
  }
  return convert
}

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)
const marks: Record<string, string> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' }

/** Kubernetes documentation, "Validation rules": names are escaped where CEL could not say them. */
export const escaped = (name: string): string =>
  reserved.has(name) ? `__${name}__` : name.replaceAll(/__|[./-]/g, mark => marks[mark] ?? mark)
