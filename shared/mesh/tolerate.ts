import { type Code, type Codes, includes } from './codes.ts'
import type { Health, Limits, Origin } from './health.ts'
import type { ObjectRef } from './object.ts'
import type { Protocol } from './node.ts'
import { type Direction, healthAnnotation, type Said, type Tolerance } from './tolerance.ts'

/** What one place says. */
export interface Layer {
  origin: Origin
  tolerances: readonly Tolerance[]
}

/** What an annotation says, or why it says nothing. */
export const layerOf = (object: ObjectRef, { read }: Said): Layer | { wrong: string } =>
  'wrong' in read
    ? {
        wrong: `The annotation ${healthAnnotation} of ${nameOf(object)} cannot be read and counts for nothing: ${read.wrong}.`,
      }
    : { origin: { kind: 'object', object }, tolerances: read }

export const nameOf = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`

/** Some calls that ended alike. Those that policy refused are no answers and do not belong here. */
export interface Ending {
  protocol: Protocol
  direction: Direction
  code: Code
  /** 1/s */
  rate: number
}

/** What one tolerance saw. */
export interface Held {
  tolerance: Tolerance
  origin: Origin
  /** Of all calls of its protocol and direction; null where there were none. */
  share: number | null
  /** Those calls, 1/s. */
  rate: number
}

/**
 * Every tolerance, in the order of its layers. A code is held against the most specific layer that names it for that
 * protocol and direction, and against no other; of what is named elsewhere altogether nothing is said.
 */
export function holdAgainst(endings: readonly Ending[], layers: readonly Layer[]): Held[] {
  return layers.flatMap(({ origin, tolerances }, depth) => {
    const above = layers.slice(0, depth).flatMap(layer => layer.tolerances)
    return tolerances.flatMap((tolerance): Held[] => {
      const hidden = above.filter(other => isAlike(other, tolerance)).map(({ codes }) => codes)
      const spoken = endings.filter(ending => isAlike(ending, tolerance))
      const all = rateOf(spoken)
      if (isHidden(tolerance.codes, hidden)) return []
      const bad = rateOf(
        spoken.filter(({ code }) => includes(tolerance.codes, code) && !hidden.some(codes => includes(codes, code))),
      )
      return [{ tolerance, origin, share: all > 0 ? bad / all : null, rate: all }]
    })
  })
}

/** Whether any layer speaks of calls that ended so. */
export const isNamed = (ending: Ending, layers: readonly Layer[]): boolean =>
  layers.some(({ tolerances }) =>
    tolerances.some(tolerance => isAlike(ending, tolerance) && includes(tolerance.codes, ending.code)),
  )

/**
 * No share of nothing is bad, whatever the limits.
 * @param isAbove degraded only above the limit, not at it
 */
export function verdictOf(share: number, { degraded, failing }: Limits, isAbove = false): Exclude<Health, 'unknown'> {
  if (share > 0 && failing !== null && share >= failing) return 'failing'
  if (share > 0 && degraded !== null && (isAbove ? share > degraded : share >= degraded)) return 'degraded'
  return 'healthy'
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
