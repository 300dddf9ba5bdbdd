import { canonicalText, isFields } from '#lab/kubernetes/value.ts'

/**
 * A set of paths in the shape of `FieldsV1` (Kubernetes documentation, "Field management"): each key is a step — `f:name`
 * a field, `k:{…}` an item by its keys, `v:…` an item by its value, `i:0` one by its place. A node without steps is itself
 * in the set; one with steps is in it only where it holds `.` too.
 */
export interface FieldSet {
  readonly [step: string]: FieldSet
}

export const none: FieldSet = Object.freeze({})
/** Below the root: the node itself, and nothing under it. */
export const leaf: FieldSet = Object.freeze({})

const self = '.'

const isMember = (node: FieldSet): boolean => self in node || isEmpty(node)
export const isEmpty = (set: FieldSet): boolean => {
  for (const _ in set) return false
  return true
}

/** A node of these steps; undefined where nothing would be in it. */
export function nodeOf(member: boolean, steps: Record<string, FieldSet>): FieldSet | undefined {
  if (isEmpty(steps)) return member ? leaf : undefined
  return member ? { [self]: leaf, ...steps } : steps
}

/** Combines two nodes step by step. `keep` decides by where a path is; a side that is not there is undefined. */
function combine(
  a: FieldSet | undefined,
  b: FieldSet | undefined,
  keep: (inA: boolean, inB: boolean) => boolean,
  isRoot: boolean,
): FieldSet | undefined {
  const steps: Record<string, FieldSet> = {}
  const visit = (step: string): void => {
    if (step === self || step in steps) return
    const part = combine(a?.[step], b?.[step], keep, false)
    if (part) steps[step] = part
  }
  for (const step in a) visit(step)
  for (const step in b) visit(step)
  const member = !isRoot && keep(a !== undefined && isMember(a), b !== undefined && isMember(b))
  return nodeOf(member, steps)
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA || inB, true) ?? none
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (inA, inB) => inA && !inB, true) ?? none
export const intersection = (a: FieldSet, b: FieldSet): FieldSet =>
  combine(a, b, (inA, inB) => inA && inB, true) ?? none

/** `a` without the paths of `b` and all that is under them. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  const steps: Record<string, FieldSet> = {}
  for (const step in a) {
    const [part, gone] = [a[step] ?? leaf, b[step]]
    if (step === self || (gone && isMember(gone))) continue
    const rest = gone ? nodeOf(isMember(part), withoutSelf(without(part, gone))) : part
    if (rest) steps[step] = rest
  }
  return steps
}

function withoutSelf(set: FieldSet): Record<string, FieldSet> {
  const { [self]: _, ...steps } = set
  return steps
}

export const stepsOf = (set: FieldSet): readonly (readonly [string, FieldSet])[] =>
  Object.entries(set).filter(([step]) => step !== self)

export const has = (set: FieldSet, step: string): boolean => {
  const node = set[step]
  return node !== undefined && isMember(node)
}

/** What is under a step, as a set of its own. */
export const under = (set: FieldSet, step: string): FieldSet => {
  const node = set[step]
  return node === undefined ? none : withoutSelf(node)
}

export const isSame = (a: FieldSet, b: FieldSet): boolean => isEmpty(difference(a, b)) && isEmpty(difference(b, a))

/** Every path, as the real server writes them in conflicts: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, prefix = ''): string[] {
  const steps = stepsOf(set).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...steps.filter(([, node]) => isMember(node)).map(([step]) => prefix + printed(step)),
    ...steps.flatMap(([step, node]) => pathsOf(node, prefix + printed(step))),
  ]
}

function printed(step: string): string {
  const text = step.slice(2)
  switch (step.slice(0, 2)) {
    case 'f:':
      return `.${text}`
    case 'k:': {
      // Written by `keyStep` or checked by `readFieldSet`.
      const keys = Object.entries(JSON.parse(text) as object)
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
    }
    case 'v:':
      return `[=${text}]`
    default:
      return `[${text}]`
  }
}

export const fieldStep = (name: string): string => `f:${name}`
export const keyStep = (keys: Readonly<Record<string, unknown>>): string => `k:${canonicalText(keys)}`
export const valueStep = (value: unknown): string => `v:${canonicalText(value)}`

/** With sorted steps, as the server writes it. */
export function sorted(set: FieldSet): FieldSet {
  const steps: Record<string, FieldSet> = {}
  for (const step of Object.keys(set).sort()) steps[step] = sorted(set[step] ?? leaf)
  return steps
}

/** What a client sent as `fieldsV1`; undefined where it is no such set. */
export function readFieldSet(value: unknown): FieldSet | undefined {
  if (!isFields(value)) return undefined
  const steps: Record<string, FieldSet> = {}
  for (const [step, part] of Object.entries(value)) {
    const [name, node] = [readStep(step), readFieldSet(part)]
    if (name === undefined || node === undefined) return undefined
    steps[name] = node
  }
  return steps
}

function readStep(step: string): string | undefined {
  if (step === self || step.startsWith('f:')) return step
  if (/^i:\d+$/.test(step)) return step
  const kind = step.slice(0, 2)
  if (kind !== 'k:' && kind !== 'v:') return undefined
  try {
    const value: unknown = JSON.parse(step.slice(2))
    if (kind === 'v:') return valueStep(value)
    return isFields(value) ? keyStep(value) : undefined
  } catch {
    // Not a step: said by the undefined.
    return undefined
  }
}
