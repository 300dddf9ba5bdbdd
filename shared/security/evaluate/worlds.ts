import { candidatesOf } from './candidates.ts'
import type { Facts, Value } from './facts.ts'
import type { Whole } from './guard.ts'
import { type Atom, atomsIn, type Expression, isAlways, isNever, reduce, shapeOf } from './kleene.ts'

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

/** What was tried, by what is left open and what limits it: thousands of flows ask the same. */
const mostTried = 20_000
const tried = new Map<string, Possibilities>()

/** What is left to ask once what is known is put in. */
export interface Left extends Whole {
  /** The same where the same is left. */
  key: string
}

export function leftOf(whole: Whole, facts: Facts): Left {
  const [isRefused, isAsked] = [reduce(whole.isRefused, facts), reduce(whole.isAsked, facts)]
  return { isRefused, isAsked, key: `${shapeOf(isRefused)} ${shapeOf(isAsked)}` }
}

/** Tries all values of the facts that are not known, and says which of them matter. */
export function possibilities({ isRefused, isAsked, key: left }: Left, facts: Facts): Possibilities {
  if (isAlways(isRefused)) return settled.deny
  if (isNever(isRefused) && isNever(isAsked)) return settled.allow
  const key = `${left} ${JSON.stringify(limitsOf(facts))}`
  let found = tried.get(key)
  if (found === undefined) {
    if (tried.size >= mostTried) tried.clear()
    tried.set(key, (found = tryAll(isRefused, isAsked, facts)))
  }
  return found
}

const certainly = (ending: Ending): Possibilities => ({ endings: new Set([ending]), missing: [], world: new Map() })
const settled = { deny: certainly('deny'), allow: certainly('allow') }

/** What is known of a fact that is not known whole: fewer values are left to it. */
const limitsOf = ({ flow: { source, jwt } }: Facts): unknown[] =>
  [source.namespace, source.serviceAccount, jwt, jwt?.issuer, jwt?.subject].map(part =>
    typeof part === 'object' ? part === null : (part ?? 'unknown'),
  )

function tryAll(isRefused: Expression, isAsked: Expression, facts: Facts): Possibilities {
  const atoms = [...atomsIn(isAsked, atomsIn(isRefused))]
  const variables = Map.groupBy(atoms, atom => atom.variable)
  const choices = [...variables].map(([variable, own]) => ({ variable, atoms: own, values: distinct(own, facts) }))
  const count = choices.reduce((product, { values }) => product * (values?.length ?? most + 1), 1)
  if (count > most) return { endings: new Set(['allow', 'deny']), missing: atoms, world: new Map() }
  const answers = new Map<Atom, boolean>()
  const [refuses, asks] = [answering(isRefused, answers), answering(isAsked, answers)]
  const endings: Ending[] = []
  const walk = (depth: number): void => {
    const choice = choices[depth]
    if (choice === undefined) {
      endings.push(refuses() ? 'deny' : asks() ? 'asked' : 'allow')
      return
    }
    for (const { answers: own } of choice.values ?? []) {
      choice.atoms.forEach((atom, index) => answers.set(atom, own[index] === true))
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
  const world = new Map(
    choices.flatMap(({ variable, values }) => {
      const last = values?.at(-1)
      return last === undefined ? [] : [[variable, last.value] as const]
    }),
  )
  return { endings: new Set(endings), missing, world }
}

/** With all questions answered, an expression is true or false. */
function answering(expression: Expression, answers: ReadonlyMap<Atom, boolean>): () => boolean {
  switch (expression.kind) {
    case 'atom':
      return () => answers.get(expression) === true
    case 'not': {
      const inner = answering(expression.of, answers)
      return () => !inner()
    }
    case 'all':
    case 'any': {
      const parts = expression.of.map(part => answering(part, answers))
      return expression.kind === 'all' ? () => parts.every(part => part()) : () => parts.some(part => part())
    }
  }
}

interface Answered {
  value: Value
  answers: readonly boolean[]
}

/** Values that no question of them tells apart are one. */
function distinct(atoms: readonly Atom[], facts: Facts): Answered[] | null {
  const values = candidatesOf(atoms, facts)
  if (values === null || values.length * atoms.length > 2_000_000) return null
  const found = new Map<string, Answered>()
  for (const value of values) {
    const answers = atoms.map(atom => atom.test(value))
    const key = answers.map(answer => (answer ? '1' : '0')).join('')
    if (!found.has(key)) found.set(key, { value, answers })
  }
  return [...found.values()]
}
