import { createContext, type ReactNode, useContext } from 'react'
import type { Json } from '#shared/mesh/object.ts'

/** An object as it is and as it would be; null: it is not there. */
export interface ReplayedChange {
  before: Json | null
  after: Json | null
}

export interface ReplayVerdict {
  /** Requests that pass today and would be refused; null: nobody knows, now or at all. */
  newlyRefused: number | null
  /** Assertions that would be broken. */
  broken: number
  isReplaying: boolean
}

export interface ReplayProps {
  changes: readonly ReplayedChange[]
  onJudged?: ((verdict: ReplayVerdict) => void) | undefined
}

/** It belongs to the room of security; whoever opens the editor or a task brings it along. */
export const Replaying = createContext<((props: ReplayProps) => ReactNode) | null>(null)

/** Tells what a change would do to the traffic that was seen: nothing, where it turns no verdict. */
export function Replay(props: ReplayProps): ReactNode {
  const part = useContext(Replaying)
  return part === null ? null : part(props)
}
