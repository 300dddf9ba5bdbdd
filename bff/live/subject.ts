import type * as z from 'zod/mini'
import type { Milliseconds } from '#shared/units.ts'

/** What a feature names to become live: how to read it, how to tell the difference, how often. */
export interface Subject<Query, State, Change> {
  /** The word in Subscribe: `topology`. */
  name: string
  query: z.ZodMiniType<Query, unknown>
  /** Equal keys share one reading: a canonical text of the query. */
  key(query: Query): string
  read(query: Query, signal: AbortSignal, caller?: string): Promise<State>
  /** What is read depends on who asks: only the pages of one caller share a reading. */
  isPersonal?: boolean
  /** Null when nothing worth telling has changed. */
  diff(before: State, after: State): Change | null
  /** Time between two readings. */
  every(query: Query): Milliseconds
}
