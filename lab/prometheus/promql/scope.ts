import type { SampleStore } from '#lab/contract.ts'
import type { SelectorExpr, SubqueryExpr } from './ast.ts'
import { executionError, PromqlError } from './error.ts'

/** Counts samples against the limit and looks at the clock now and then. */
export class Budget {
  readonly #isLate: () => boolean
  #samples: number
  #untilLook = 0

  /** `isLate` says whether the query's time is over. */
  constructor(samples: number, isLate: () => boolean) {
    this.#samples = samples
    this.#isLate = isLate
  }

  spend(samples: number): void {
    this.#samples -= samples
    this.#untilLook -= samples + 1
    if (this.#samples < 0)
      throw executionError('query processing would load too many samples into memory in query execution')
    if (this.#untilLook > 0) return
    this.#untilLook = 10_000
    if (this.#isLate()) throw new PromqlError('timeout', 'query timed out in expression evaluation')
  }
}

/** What an expression is evaluated against. Times in milliseconds. */
export interface Scope {
  store: SampleStore
  budget: Budget
  /** The steps: start, start + step, … `count` of them. */
  start: number
  step: number
  count: number
  /** The bounds of the whole query, for `@ start()` and `@ end()`. */
  queryStart: number
  queryEnd: number
  /** How old an instant selector's sample may be. */
  lookback: number
  /** Step of subqueries that name none. */
  subqueryStep: number
  /** Told when topk or bottomk had to choose between equal elements. */
  onTie: (() => void) | undefined
}

export const timeOf = (scope: Scope, step: number): number => scope.start + step * scope.step

/** The time a selector looks at, for each step. */
export interface Reference {
  /** Whether it is the same at every step. */
  isFixed: boolean
  first: number
  last: number
  at(step: number): number
}

export function referenceOf(
  scope: Scope,
  { at, offset }: Pick<SelectorExpr | SubqueryExpr, 'at' | 'offset'>,
): Reference {
  if (at !== undefined) {
    const time = (at === 'start' ? scope.queryStart : at === 'end' ? scope.queryEnd : at) - offset
    return { isFixed: true, first: time, last: time, at: () => time }
  }
  const first = scope.start - offset
  return { isFixed: false, first, last: first + (scope.count - 1) * scope.step, at: step => first + step * scope.step }
}
