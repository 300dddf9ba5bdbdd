import { SourceError } from '#bff/sources/source.ts'
import type { Ladder, Rung, RungName } from '#shared/mesh/ladder.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** What one rung was answered. */
export interface Answer {
  state: 'holds' | 'fails' | 'unknown'
  detail: string
  query?: string | null
  objects?: readonly ObjectRef[]
  /** When there last was something to show. */
  lastAt?: EpochMilliseconds | null
}

export interface Step {
  rung: RungName
  ask: () => Promise<Answer> | Answer
}

/**
 * Asks rung after rung; those after the first that fails stay unasked. A source that does not answer is an answer, not
 * an error of this question: of its own rung the failure, of a later one all that can be known.
 */
export async function climb(steps: readonly Step[]): Promise<Ladder> {
  const rungs: Rung[] = []
  let lastAt: number | null = null
  let isOver = false
  for (const { rung, ask } of steps) {
    if (isOver) {
      rungs.push(unasked(rung))
      continue
    }
    // oxlint-disable-next-line no-await-in-loop -- whether the next is asked depends on this one
    const { answer, isSilent } = await answered(rung, ask)
    rungs.push(told(rung, answer))
    lastAt = answer.lastAt ?? lastAt
    isOver = answer.state === 'fails' || isSilent
  }
  return { rungs, lastAt }
}

async function answered(rung: RungName, ask: Step['ask']): Promise<{ answer: Answer; isSilent: boolean }> {
  try {
    return { answer: await ask(), isSilent: false }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const state = rung === 'sourceReachable' ? 'fails' : 'unknown'
    return { answer: { state, detail: error.message }, isSilent: true }
  }
}

export const told = (rung: RungName, { state, detail, query = null, objects = [] }: Answer): Rung => ({
  rung,
  state,
  detail,
  query,
  objects: [...objects],
})

/** Nothing is told of it: not even that it would have been asked something. */
export const unasked = (rung: RungName): Rung => ({
  rung,
  state: 'unasked',
  detail: 'Not asked: a rung above it fails.',
  query: null,
  objects: [],
})
