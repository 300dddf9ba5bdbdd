import { candidatesOf } from './evaluate-candidates.ts'
import type { Facts, Value } from './evaluate-facts.ts'
import { type Atom, atomsIn, type Expression, F, reduce, shapeOf, T, truthOf, U } from './evaluate-kleene.ts'

/** What would come of a flow, were all its facts known. `asked`: an external authorizer decides. */
export type Ending = 'allow' | 'deny' | 'asked'

export interface Possibilities {
  /** More than one: it is uncertain. */
  endings: ReadonlySet<Ending>
  /** Questions about facts that can change the ending. */
  missing: readonly Atom[]
  /** One full set of facts, to tell what decides where all end alike. */
  world: ReadonlyMap<string, Value>
}

/** So many sets of facts are tried for one flow; where there are more, the answer is that it is uncertain. */
const most = 20_000

/** Tries all values of the facts that are not known, and says which of them matter. */
export function possibilities(refused: Expression, asked: Expression, facts: Facts): Possibilities {
  const [isRefused, isAsked] = [reduce(refused, facts), reduce(asked, facts)]
  const atoms = [...atomsIn(isAsked, atomsIn(isRefused))]
  const variables = Map.groupBy(atoms, atom => atom.variable)
  const choices = [...variables].map(([variable, own]) => ({ variable, atoms: own, values: distinct(own, facts) }))
  const count = choices.reduce((product, { values }) => product * (values?.length ?? most + 1), 1)
  if (count > most) return { endings: new Set(['allow', 'deny']), missing: atoms, world: new Map() }
  const endingIn = (world: ReadonlyMap<string, Value>): Ending =>
    truthOf(isRefused, facts, world) === T ? 'deny' : truthOf(isAsked, facts, world) === F ? 'allow' : 'asked'
  const endings: Ending[] = []
  const world = new Map<string, Value>()
  const walk = (depth: number): void => {
    const choice = choices[depth]
    if (choice === undefined) {
      endings.push(endingIn(world))
      return
    }
    for (const value of choice.values ?? []) {
      world.set(choice.variable, value)
      walk(depth + 1)
    }
  }
  walk(0)
  // Worlds stand in the order of counting: those that differ in one fact only are a stride apart.
  let stride = endings.length
  const missing = choices.flatMap(({ values, atoms: own }) => {
    const size = values?.length ?? 1
    const block = stride
    stride /= size
    const matters = endings.some((ending, index) => {
      const next = index + stride
      return next < endings.length && Math.floor(index / block) === Math.floor(next / block) && endings[next] !== ending
    })
    return matters ? own : []
  })
  return { endings: new Set(endings), missing, world }
}

/** Values that no question of them tells apart are one. */
function distinct(atoms: readonly Atom[], facts: Facts): Value[] | null {
  const values = candidatesOf(atoms, facts)
  if (values === null || values.length * atoms.length > 2_000_000) return null
  const found = new Map<string, Value>()
  for (const value of values) {
    const answers = atoms.map(atom => (atom.test(value) ? '1' : '0')).join('')
    if (!found.has(answers)) found.set(answers, value)
  }
  return [...found.values()]
}

/** Flows of which the same is known end alike: what is left open, and what limits it. */
export function openKey(refused: Expression, asked: Expression, facts: Facts): string {
  const { source, jwt } = facts.flow
  const limits = [source.namespace, source.serviceAccount, jwt === undefined, jwt?.issuer, jwt?.subject]
  return JSON.stringify([shapeOf(reduce(refused, facts)), shapeOf(reduce(asked, facts)), limits])
}

export const isOpen = (refused: Expression, asked: Expression, facts: Facts): boolean => {
  const truth = truthOf(refused, facts)
  return truth === U || (truth === F && truthOf(asked, facts) === U)
}
