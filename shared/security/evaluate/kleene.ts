import type { Facts, Value } from './facts.ts'

/** Kleene's logic: what is false and unknown is false, what is true or unknown is true. */
export const F = 0
export const U = 1
export const T = 2
export type Truth = typeof F | typeof U | typeof T

/** One question about one fact. */
export interface Atom {
  kind: 'atom'
  id: number
  /** What the fact is called where all its possible values are tried. */
  variable: string
  /** What the fact is called in a flow. */
  fact: string
  /** Undefined: unknown. */
  read: (facts: Facts) => Value | undefined
  test: (value: Value) => boolean
  /** From what the values that it tells apart can be made. */
  seeds: Seeds
}

export type Seeds =
  | { kind: 'flag' }
  | { kind: 'choice'; of: readonly string[] }
  | { kind: 'text'; patterns: readonly string[]; none: boolean; letters?: 'lower' | 'upper' }
  | { kind: 'list'; patterns: readonly string[] }
  | { kind: 'address'; blocks: readonly string[] }
  | { kind: 'port'; ports: readonly number[] }
  | { kind: 'who'; principals: readonly string[]; namespaces: readonly string[]; accounts: readonly string[] }
  | { kind: 'token'; issuers: readonly string[]; principals: readonly string[] }

export type Expression = Atom | { kind: 'all' | 'any'; of: readonly Expression[] } | { kind: 'not'; of: Expression }

type Parts = Omit<Atom, 'kind' | 'id'>

let atoms = 0
export const atom = (parts: Parts): Atom => ({ kind: 'atom', id: atoms++, ...parts })

const known = new Map<string, WeakRef<Atom>>()
const forgotten = new FinalizationRegistry<string>(key => {
  if (known.get(key)?.deref() === undefined) known.delete(key)
})

/**
 * The same question of however many policies is one, as long as anybody asks it: what is found out about it is found out
 * once, and expressions of two evaluators can be compared.
 * @param asks what kind of question it is, and all values it is made of
 */
export function sharedAtom(asks: readonly unknown[], make: () => Parts): Atom {
  const key = JSON.stringify(asks)
  let found = known.get(key)?.deref()
  if (found === undefined) {
    found = atom(make())
    known.set(key, new WeakRef(found))
    forgotten.register(found, key)
  }
  return found
}

export const always: Expression = { kind: 'all', of: [] }
export const never: Expression = { kind: 'any', of: [] }

/** A list of one is that one, and a list in a list of its kind is part of it. */
function listed(kind: 'all' | 'any', of: readonly Expression[]): Expression {
  const flat = of.some(part => part.kind === kind) ? of.flatMap(part => (part.kind === kind ? part.of : [part])) : of
  const [only] = flat
  if (only === undefined) return kind === 'all' ? always : never
  return flat.length === 1 ? only : { kind, of: flat }
}
export const all = (of: readonly Expression[]): Expression => listed('all', of)
export const any = (of: readonly Expression[]): Expression => listed('any', of)
export const not = (of: Expression): Expression => ({ kind: 'not', of })

/** @param world values for facts that the flow leaves open. */
export function truthOf(expression: Expression, facts: Facts, world?: ReadonlyMap<string, Value>): Truth {
  switch (expression.kind) {
    case 'atom': {
      const value = world?.has(expression.variable) ? world.get(expression.variable) : expression.read(facts)
      return value === undefined ? U : expression.test(value) ? T : F
    }
    case 'not':
      return opposite(truthOf(expression.of, facts, world))
    case 'all': {
      let truth: Truth = T
      for (const part of expression.of) {
        const found = truthOf(part, facts, world)
        if (found === F) return F
        if (found === U) truth = U
      }
      return truth
    }
    case 'any': {
      let truth: Truth = F
      for (const part of expression.of) {
        const found = truthOf(part, facts, world)
        if (found === T) return T
        if (found === U) truth = U
      }
      return truth
    }
  }
}

const opposite = (truth: Truth): Truth => (truth === T ? F : truth === F ? T : U)

/** What is left of it once the known facts are put in. */
export function reduce(expression: Expression, facts: Facts): Expression {
  switch (expression.kind) {
    case 'atom': {
      const value = expression.read(facts)
      return value === undefined ? expression : expression.test(value) ? always : never
    }
    case 'not': {
      const inner = reduce(expression.of, facts)
      return isAlways(inner) ? never : isNever(inner) ? always : not(inner)
    }
    case 'all': {
      const left: Expression[] = []
      for (const part of expression.of) {
        const found = reduce(part, facts)
        if (isNever(found)) return never
        if (!isAlways(found)) left.push(found)
      }
      return all(left)
    }
    case 'any': {
      const left: Expression[] = []
      for (const part of expression.of) {
        const found = reduce(part, facts)
        if (isAlways(found)) return always
        if (!isNever(found)) left.push(found)
      }
      return any(left)
    }
  }
}

export const isAlways = (expression: Expression) => expression.kind === 'all' && expression.of.length === 0
export const isNever = (expression: Expression) => expression.kind === 'any' && expression.of.length === 0

/** All questions in it, each once. */
export function atomsIn(expression: Expression, found = new Set<Atom>()): Set<Atom> {
  if (expression.kind === 'atom') found.add(expression)
  else if (expression.kind === 'not') atomsIn(expression.of, found)
  else for (const part of expression.of) atomsIn(part, found)
  return found
}

/** One text per meaning, for looking up what was already found out: neither the order of parts nor saying one twice matters. */
export function shapeOf(expression: Expression): string {
  switch (expression.kind) {
    case 'atom':
      return String(expression.id)
    case 'not':
      return `!${shapeOf(expression.of)}`
    case 'all':
    case 'any': {
      const parts = new Set(expression.of.map(shapeOf))
      return `${expression.kind === 'all' ? '&' : '|'}(${[...parts].sort().join()})`
    }
  }
}
