import { isFields } from '#lab/kubernetes/value.ts'
import { fieldStep, keyStep, valueStep } from './field-set.ts'

/**
 * How a value is owned (Kubernetes documentation, "Server-Side Apply", "Merge strategy"): as a whole, or part by part.
 * `open` is what no schema speaks of: objects part by part, lists as a whole.
 */
export type Shape =
  | { kind: 'whole' }
  | { kind: 'open' }
  /** Named fields; `others` is the shape of fields without a name of their own, absent where there may be none. */
  | { kind: 'struct'; fields: Fielded; others?: Shape }
  | { kind: 'map'; values: Shape }
  | { kind: 'items'; keys: readonly string[]; defaults: Readonly<Record<string, unknown>>; items: Shape }
  | { kind: 'set' }

/** Looked up when needed: shapes refer to themselves. */
export interface Fielded {
  get(name: string): Shape | undefined
}

export const whole: Shape = { kind: 'whole' }
export const open: Shape = { kind: 'open' }
export const setShape: Shape = { kind: 'set' }

/** One part of a value that is owned part by part. */
export interface Part {
  step: string
  value: unknown
  shape: Shape
  /** A field that the schema names, not a key that somebody chose. */
  named: boolean
}

/** The parts of a value; null where it is owned as a whole. */
export function partsOf(shape: Shape, value: unknown): Part[] | null {
  switch (shape.kind) {
    case 'whole':
      return null
    case 'items':
      return Array.isArray(value) ? itemsOf(shape, value) : null
    case 'set':
      return Array.isArray(value)
        ? unique(value.map(item => ({ step: valueStep(item), value: item, shape: whole, named: false })))
        : null
    default: {
      if (!isFields(value)) return null
      const parts: Part[] = []
      for (const name in value) {
        const part = value[name]
        if (part === undefined) continue
        const field = fieldShape(shape, name)
        parts.push({ step: fieldStep(name), value: part, shape: field.shape, named: field.named })
      }
      return parts
    }
  }
}

/** The shape of a field of an object, and whether the schema names it. */
export function fieldShape(shape: Shape, name: string): { shape: Shape; named: boolean } {
  if (shape.kind === 'map') return { shape: shape.values, named: false }
  if (shape.kind !== 'struct') return { shape: open, named: false }
  const known = shape.fields.get(name)
  return { shape: known ?? shape.others ?? open, named: known !== undefined }
}

function itemsOf(shape: Extract<Shape, { kind: 'items' }>, list: readonly unknown[]): Part[] {
  return unique(
    list.map((item, index) => ({
      step: keysOf(shape, item) ?? `i:${index}`,
      value: item,
      shape: shape.items,
      named: false,
    })),
  )
}

/** The step to an item by its keys; undefined where it lacks one. */
export function keysOf({ keys, defaults }: Extract<Shape, { kind: 'items' }>, item: unknown): string | undefined {
  if (!isFields(item)) return undefined
  const found = keys.map(key => [key, item[key] ?? defaults[key]] as const)
  return found.some(([, value]) => value === undefined) ? undefined : keyStep(Object.fromEntries(found))
}

/** Stored lists may hold an item twice; the first one counts. */
function unique(parts: Part[]): Part[] {
  const seen = new Set<string>()
  return parts.filter(({ step }) => !seen.has(step) && seen.add(step))
}
