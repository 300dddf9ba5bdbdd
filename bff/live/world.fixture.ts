import * as z from 'zod/mini'
import type { FeedWorld } from './feed.ts'
import type { Subject } from './subject.ts'

/** A world whose clock moves when it is told to. */
export class World implements FeedWorld {
  reported: unknown[] = []
  #now = 1_000_000
  #timers = new Set<{ at: number; callback: () => void }>()

  now = () => this.#now
  report = (error: unknown) => void this.reported.push(error)
  later = (delay: number, callback: () => void) => {
    const timer = { at: this.#now + delay, callback }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  get timers(): number {
    return this.#timers.size
  }

  /** Lets time pass until the next timer has been called. */
  async next(): Promise<void> {
    const at = Math.min(...[...this.#timers].map(timer => timer.at))
    if (!Number.isFinite(at)) throw new Error('Nothing will ever happen.')
    await this.pass(Math.max(0, at - this.#now))
  }

  /** Lets so much time pass: timers that come due are called, and what they started is let run. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      const next = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await settle()
    }
    this.#now = end
    await settle()
  }
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = () => new Promise<void>(resolve => setImmediate(resolve))

/** The simplest state there is: numbers by name; a change carries what is other (null: gone). */
export type Numbers = Record<string, number>
export type NumbersChange = Record<string, number | null>

export function diffNumbers(before: Numbers, after: Numbers): NumbersChange | null {
  const change: NumbersChange = {}
  for (const key of Object.keys(before)) if (!(key in after)) change[key] = null
  for (const [key, value] of Object.entries(after)) if (before[key] !== value) change[key] = value
  return Object.keys(change).length > 0 ? change : null
}

export function applyNumbers(before: Numbers, change: NumbersChange): Numbers {
  const after = { ...before }
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete after[key]
    else after[key] = value
  }
  return after
}

/** What `bff/sources` throws, by its shape: this room does not know the sources. */
export function sourceFailure(message: string, reason = 'unreachable'): Error {
  return Object.assign(new Error(message), { name: 'SourceError', source: 'prometheus', reason })
}

/** A live subject of numbers; `every` is 5 s. */
export function numbersSubject(
  read: (query: { scope: string }, signal: AbortSignal, caller?: string) => Promise<Numbers>,
): Subject<{ scope: string }, Numbers, NumbersChange> {
  return {
    name: 'numbers',
    query: z.object({ scope: z.string().check(z.maxLength(20)) }),
    key: query => query.scope,
    read,
    diff: diffNumbers,
    every: () => 5000,
  }
}
