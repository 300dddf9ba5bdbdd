import type { ObjectRef } from '#shared/mesh/object.ts'
import type { Turn } from '#shared/mesh/turn.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** An assertion was turned by a change. */
export interface TurnSeen extends Turn {
  object: ObjectRef
  /** The resourceVersion that was looked at; of what is gone, the last that was. */
  version: string
  isGone: boolean
  at: EpochMilliseconds
}

/** Who checks assertions tells it, who keeps history hears it: the two know nothing of each other. */
export interface Turns {
  tell(turn: TurnSeen): void
  /** Returns how to hear no more. */
  hear(listener: (turn: TurnSeen) => void): () => void
}

export function createTurns(): Turns {
  const listeners = new Set<(turn: TurnSeen) => void>()
  return {
    tell: turn => {
      for (const listener of listeners) listener(turn)
    },
    hear: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
