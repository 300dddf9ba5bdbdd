import { isEqual, isFields } from '#lab/kubernetes/value.ts'
import { type FieldSet, fieldStep, has, isEmpty, leaf, nodeOf, none, stepsOf, under } from './field-set.ts'
import { fieldShape, keysOf, type Part, partsOf, type Shape } from './shape.ts'

/** Everything that somebody who wrote this value has said: the set that an apply owns. */
export function fieldsIn(shape: Shape, value: unknown): FieldSet {
  const steps: Record<string, FieldSet> = {}
  for (const part of partsOf(shape, value) ?? []) {
    const inner = partsOf(part.shape, part.value)
    const below = inner ? fieldsIn(part.shape, part.value) : none
    // A field that the schema names is not owned for its own sake, only for what is in it.
    const member = inner === null || !part.named || (isFields(part.value) && inner.length === 0)
    const node = nodeOf(member, below)
    if (node) steps[part.step] = node
  }
  return steps
}

/** Every path there is in a value, its inner nodes too. */
export function allFieldsIn(shape: Shape, value: unknown): FieldSet {
  const steps: Record<string, FieldSet> = {}
  for (const part of partsOf(shape, value) ?? []) steps[part.step] = allOf(part)
  return steps
}

function allOf(part: Part): FieldSet {
  const parts = partsOf(part.shape, part.value)
  if (parts === null || parts.length === 0) return leaf
  const steps: Record<string, FieldSet> = { '.': leaf }
  for (const inner of parts) steps[inner.step] = allOf(inner)
  return steps
}

export interface Comparison {
  added: FieldSet
  modified: FieldSet
  removed: FieldSet
}

/** Which paths differ. What comes or goes does so with all that is in it, inner nodes too. */
export function compare(shape: Shape, before: unknown, after: unknown): Comparison {
  const added: Record<string, FieldSet> = {}
  const modified: Record<string, FieldSet> = {}
  const removed: Record<string, FieldSet> = {}
  const old = new Map((partsOf(shape, before) ?? []).map(part => [part.step, part]))
  for (const part of partsOf(shape, after) ?? []) {
    const was = old.get(part.step)
    old.delete(part.step)
    if (!was) {
      added[part.step] = allOf(part)
      continue
    }
    if (was.value === part.value) continue
    const [inner, innerBefore] = [partsOf(part.shape, part.value), partsOf(part.shape, was.value)]
    const isLeaf = inner === null || innerBefore === null || (inner.length === 0 && innerBefore.length === 0)
    if (isLeaf) {
      if (!isEqual(was.value, part.value)) modified[part.step] = leaf
      continue
    }
    const below = compare(part.shape, was.value, part.value)
    if (!isEmpty(below.added)) added[part.step] = below.added
    if (!isEmpty(below.modified)) modified[part.step] = below.modified
    if (!isEmpty(below.removed)) removed[part.step] = below.removed
  }
  for (const part of old.values()) removed[part.step] = allOf(part)
  return { added, modified, removed }
}

/** Lays what somebody applies over what is there. */
export function merge(shape: Shape, before: unknown, applied: unknown): unknown {
  const [old, wanted] = [partsOf(shape, before), partsOf(shape, applied)]
  if (!old || !wanted) return applied
  const known = new Map(old.map(part => [part.step, part.value]))
  const merged = (part: Part) =>
    known.has(part.step) ? merge(part.shape, known.get(part.step), part.value) : part.value
  if (isFields(before))
    return { ...before, ...Object.fromEntries(wanted.map(part => [part.step.slice(2), merged(part)])) }
  return inOrder(old, wanted).map(part => (wanted.includes(part) ? merged(part) : part.value))
}

/** The applied items in their order; each of the others stays behind the one that it stood behind. */
function inOrder(old: readonly Part[], wanted: readonly Part[]): Part[] {
  const result: Part[] = []
  const places = new Map(wanted.map((part, index) => [part.step, index]))
  let next = 0
  for (const part of old) {
    const place = places.get(part.step)
    if (place === undefined) result.push(part)
    else while (next <= place) result.push(...wanted.slice(next, ++next))
  }
  return [...result, ...wanted.slice(next)]
}

/** The value without the paths of a set. */
export function remove(shape: Shape, value: unknown, gone: FieldSet): unknown {
  const parts = isEmpty(gone) ? null : partsOf(shape, value)
  if (!parts) return value
  const left = parts.flatMap(part => {
    if (has(gone, part.step)) return []
    const below = under(gone, part.step)
    if (isEmpty(below)) return [part]
    const rest = remove(part.shape, part.value, below)
    return isBare(rest) && !isBare(part.value) && !isItem(part) ? [] : [{ ...part, value: rest }]
  })
  if (Array.isArray(value)) return left.map(part => part.value)
  return Object.fromEntries(left.map(part => [part.step.slice(2), part.value]))
}

const isItem = (part: Part): boolean => !part.step.startsWith('f:')
const isBare = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0

/** The set with the named fields on the way to its paths: `a.b.c` also holds `a` and `a.b` where the schema names them. */
export function withNamed(shape: Shape, set: FieldSet): FieldSet {
  const steps: Record<string, FieldSet> = {}
  for (const [step, node] of stepsOf(set)) {
    const next = stepShape(shape, step)
    const below = withNamed(next.shape, under(set, step))
    const part = nodeOf(next.named || isEmpty(node) || '.' in node, below)
    if (part) steps[step] = part
  }
  return steps
}

function stepShape(shape: Shape, step: string): { shape: Shape; named: boolean } {
  if (step.startsWith('f:')) return fieldShape(shape, step.slice(2))
  return { shape: shape.kind === 'items' ? shape.items : { kind: 'whole' }, named: false }
}

/** What keeps an applied object from being owned part by part, in the words of the real server. */
export function faultsOf(shape: Shape, value: unknown, path = ''): string[] {
  if (Array.isArray(value) && (shape.kind === 'items' || shape.kind === 'set')) {
    const seen = new Set<string>()
    return value.flatMap((item: unknown, index) => {
      const step = shape.kind === 'items' ? keysOf(shape, item) : fieldStep(JSON.stringify(item))
      if (step === undefined) return [`${path}: element ${index}: ${missingKey(shape, item)}`]
      if (seen.has(step)) return [`${path}: duplicate entries for key ${shownKey(shape, step, item)}`]
      seen.add(step)
      return shape.kind === 'items' ? faultsOf(shape.items, item, path + shownKey(shape, step, item)) : []
    })
  }
  if (!isFields(value) || shape.kind === 'whole' || shape.kind === 'open') return []
  return Object.entries(value).flatMap(([name, part]) => {
    if (shape.kind === 'struct' && !shape.fields.get(name) && !shape.others)
      return [`${path}.${name}: field not declared in schema`]
    return faultsOf(fieldShape(shape, name).shape, part, `${path}.${name}`)
  })
}

function missingKey(shape: Shape, item: unknown): string {
  if (!isFields(item)) return 'associative list with keys may not have non-map elements'
  const keys = shape.kind === 'items' ? shape.keys : []
  const lacking = keys.find(key => item[key] === undefined)
  return `associative list with keys has an element that omits key field ${JSON.stringify(lacking)} (and doesn't have default value)`
}

function shownKey(shape: Shape, step: string, item: unknown): string {
  if (shape.kind !== 'items') return `[=${JSON.stringify(item)}]`
  const keys = Object.entries(JSON.parse(step.slice(2)) as object)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}
