import { type Code, type Codes, includes } from './codes.ts'
import { type Health, healthRank } from './health.ts'
import type { ObjectRef } from './object.ts'
import type { Protocol } from './node.ts'
import { type Direction, readTolerances, type Tolerance } from './tolerance.ts'

/** Where a tolerance is written. */
export type Origin = { kind: 'object'; object: ObjectRef } | { kind: 'file' } | { kind: 'default' }

/** What one place says, … */
export interface Layer {
  origin: Origin
  tolerances: readonly Tolerance[]
}

/** … all that is said of one thing, most specific first, and what could not be used. */
export interface Layers {
  layers: readonly Layer[]
  wrongs: readonly { object: ObjectRef; sentence: string }[]
}

/** @param annotated workload, service, namespace: those that carry the annotation, in this order */
export function layersOf(annotated: readonly { object: ObjectRef; text: string }[], rest: readonly Layer[]): Layers {
  const layers: Layer[] = []
  const wrongs: { object: ObjectRef; sentence: string }[] = []
  for (const { object, text } of annotated) {
    const read = readTolerances(text)
    if ('wrong' in read) wrongs.push({ object, sentence: `${nameOf(object)}: weft/health ${read.wrong}.` })
    else layers.push({ origin: { kind: 'object', object }, tolerances: read })
  }
  return { layers: [...layers, ...rest], wrongs }
}

const nameOf = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`

/** Some calls that ended alike. Those that policy refused are no answers and do not belong here. */
export interface Ending {
  protocol: Protocol
  direction: Direction
  code: Code
  /** 1/s */
  rate: number
}

/** What one tolerance saw, and made of it. */
export interface Held {
  tolerance: Tolerance
  origin: Origin
  /** Of all calls of its protocol and direction. */
  share: number
  health: Exclude<Health, 'unknown'>
  /** The number that decided: what was reached, or, when well, what would come first. Null where there is none. */
  threshold: number | null
}

/**
 * Every tolerance that has calls to speak of, in the order of its layers. A code is held against the most specific layer
 * that names it for that protocol and direction, and against no other.
 */
export function holdAgainst(endings: readonly Ending[], layers: readonly Layer[]): Held[] {
  return layers.flatMap(({ origin, tolerances }, depth) => {
    const above = layers.slice(0, depth).flatMap(layer => layer.tolerances)
    return tolerances.flatMap((tolerance): Held[] => {
      const hidden = above.filter(other => isAlike(other, tolerance)).map(({ codes }) => codes)
      const spoken = endings.filter(ending => isAlike(ending, tolerance))
      const all = rateOf(spoken)
      if (all === 0 || isHidden(tolerance.codes, hidden)) return []
      const bad = rateOf(
        spoken.filter(({ code }) => includes(tolerance.codes, code) && !hidden.some(codes => includes(codes, code))),
      )
      return [{ tolerance, origin, share: bad / all, ...verdictOf(bad / all, tolerance) }]
    })
  })
}

/** The one that decides: the worst, of equals the first. Null where no tolerance has calls to speak of. */
export const deciding = (held: readonly Held[]): Held | null =>
  held.reduce<Held | null>(
    (worst, one) => (worst === null || healthRank[one.health] > healthRank[worst.health] ? one : worst),
    null,
  )

/** No share of nothing is bad, whatever the numbers. */
export function verdictOf(
  share: number,
  { degraded, failing, isAbove }: Tolerance,
): Pick<Held, 'health' | 'threshold'> {
  if (share > 0 && failing !== null && share >= failing) return { health: 'failing', threshold: failing }
  if (share > 0 && degraded !== null && (isAbove ? share > degraded : share >= degraded))
    return { health: 'degraded', threshold: degraded }
  return { health: 'healthy', threshold: degraded ?? failing }
}

interface Way {
  protocol: Protocol
  direction: Direction
}
const isAlike = (a: Way, b: Way): boolean => a.protocol === b.protocol && a.direction === b.direction

const rateOf = (endings: readonly Ending[]): number => endings.reduce((sum, { rate }) => sum + rate, 0)

/** Nothing is left of it for its layer to speak of. */
function isHidden(codes: Codes, hidden: readonly Codes[]): boolean {
  for (const { from, to } of codes)
    for (let code = from; code <= to; code += 1) if (!hidden.some(each => includes(each, code))) return false
  return true
}

/** Since when something is as it is. `isAtLeast`: it was so when the console began to look. */
export interface Since {
  health: Health
  at: number
  isAtLeast: boolean
}

/** One more look. @param before null: it was never looked at, or not for so long that nobody can tell */
export const sinceOf = (before: Since | null, health: Health, at: number): Since =>
  before === null
    ? { health, at, isAtLeast: true }
    : before.health === health
      ? before
      : { health, at, isAtLeast: false }
