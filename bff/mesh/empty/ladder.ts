import { SourceError } from '#bff/sources/source.ts'
import type { Ladder, Rung, RungName } from '#shared/mesh/ladder.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** What one rung was answered. */
export interface Answer {
  state: 'holds' | 'fails' | 'unknown'
  detail: readonly Statement[]
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
    return { answer: { state, detail: [silence(error)] }, isSilent: true }
  }
}

/** Why a source does not answer: by its kind, and in the words that name it and the next step. */
export const silence = ({ reason, source, message }: SourceError): Statement => ({
  says: reason,
  facts: { source, words: message },
})

export const told = (rung: RungName, { state, detail, query = null, objects = [] }: Answer): Rung => ({
  rung,
  state,
  detail: [...detail],
  query,
  objects: [...objects],
})

/** Nothing is told of it: not even that it would have been asked something. */
export const unasked = (rung: RungName): Rung => ({
  rung,
  state: 'unasked',
  detail: [],
  query: null,
  objects: [],
})
