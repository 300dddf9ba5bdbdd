import { isSourceFailure } from '#bff/http/problem.ts'
import type { Message } from '#shared/live.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import type { Subject } from './subject.ts'

/** What a feed needs of the world; tests bring their own. */
export interface FeedWorld {
  now(): EpochMilliseconds
  /** Calls back once after so many milliseconds; the returned function takes that back. */
  later(delay: Milliseconds, callback: () => void): () => void
  /** Hears of failures that are no source's: faults of this program. */
  report(error: unknown): void
}

export interface FeedOptions extends FeedWorld {
  /** Names this life of the feed: versions of different epochs have nothing to do with each other. */
  epoch: string
  /** Who asks, where the subject is personal. */
  caller?: string
}

/** What a viewer says it holds. */
export interface Held {
  epoch: string
  version: number
}

/** A gap of so many changes is answered by replaying them. */
export const keptChanges = 24
/** A source in trouble is asked again at least this often. */
export const longestBackoff: Milliseconds = 15_000
/** "Try now" more often than this is one try. */
const shortestRefresh: Milliseconds = 1000

type Change<C> = Extract<Message<never, C>, { kind: 'change' }>
type Trouble = Extract<Message<never, never>, { kind: 'trouble' }>

/**
 * Reads one subject in one scope again and again while somebody looks, and tells what changed: once, for all viewers.
 * Readings never overlap. A failed one is told as `trouble`; the last good state stays and the next tick goes on.
 */
export class Feed<Query, State, C> {
  readonly #subject: Subject<Query, State, C>
  readonly #query: Query
  readonly #options: FeedOptions
  readonly #tell: (message: Message<State, C>) => void
  #viewers = 0
  #snapshot: Extract<Message<State, never>, { kind: 'snapshot' }> | null = null
  #changes: Change<C>[] = []
  #trouble: Trouble | null = null
  #failures = 0
  #lastGoodAt: EpochMilliseconds | null = null
  #startedAt: EpochMilliseconds = Number.NEGATIVE_INFINITY
  #reading: AbortController | null = null
  #cancel: () => void = () => {}
  #readings = 0

  constructor(
    subject: Subject<Query, State, C>,
    query: Query,
    options: FeedOptions,
    tell: (message: Message<State, C>) => void,
  ) {
    this.#subject = subject
    this.#query = query
    this.#options = options
    this.#tell = tell
  }

  get viewers(): number {
    return this.#viewers
  }

  /** Readings begun so far. */
  get readings(): number {
    return this.#readings
  }

  /** One more looks. The first one makes the feed read: at once, unless what is known is younger than a tick. */
  enter(): void {
    this.#viewers += 1
    if (this.#viewers > 1 || this.#reading) return
    const age = this.#options.now() - this.#startedAt
    const rest = this.#trouble || !this.#snapshot ? 0 : this.#subject.every(this.#query) - age
    this.#readIn(rest)
  }

  /** One looks away. After the last one nothing is read, and a reading under way is called off. */
  leave(): void {
    this.#viewers -= 1
    if (this.#viewers > 0) return
    this.#cancel()
    this.#reading?.abort(new Error('Nobody looks any more.'))
  }

  /** "Try now": reads at once instead of at the next tick. */
  refresh(): void {
    if (this.#viewers === 0 || this.#reading) return
    if (this.#options.now() - this.#startedAt >= shortestRefresh) this.#readIn(0)
  }

  /**
   * What a viewer must be sent to hold what the others hold: the changes it missed, if they are still known, else the
   * whole state; then the trouble, if there is one. Empty before the first reading: its snapshot is told to all.
   */
  catchUp(held?: Held): Message<State, C>[] {
    const messages: Message<State, C>[] = []
    if (this.#snapshot) messages.push(...(this.#missed(held) ?? [this.#snapshot]))
    if (this.#trouble) messages.push(this.#trouble)
    return messages
  }

  #missed(held: Held | undefined): Change<C>[] | null {
    if (held?.epoch !== this.#options.epoch) return null
    const from = this.#changes.findIndex(change => change.base === held.version)
    return from === -1 ? null : this.#changes.slice(from)
  }

  #readIn(delay: Milliseconds): void {
    this.#cancel()
    this.#cancel = this.#options.later(Math.max(0, delay), () => void this.#read())
  }

  async #read(): Promise<void> {
    const { now } = this.#options
    const reading = new AbortController()
    this.#reading = reading
    this.#startedAt = now()
    this.#readings += 1
    try {
      const state = await this.#subject.read(this.#query, reading.signal, this.#options.caller ?? '')
      if (!reading.signal.aborted) this.#take(state)
    } catch (error) {
      if (!reading.signal.aborted) this.#fail(error)
    } finally {
      this.#reading = null
      if (this.#viewers > 0) this.#readIn(reading.signal.aborted ? 0 : this.#rest())
    }
  }

  #take(state: State): void {
    const { epoch, now } = this.#options
    const at = now()
    const before = this.#snapshot
    const change = before ? this.#subject.diff(before.state, state) : null
    const isOver = this.#trouble !== null
    this.#trouble = null
    this.#failures = 0
    this.#lastGoodAt = at
    if (!before) {
      this.#snapshot = { kind: 'snapshot', epoch, version: 1, at, state }
      this.#tell(this.#snapshot)
    } else if (change !== null) {
      const version = before.version + 1
      this.#snapshot = { kind: 'snapshot', epoch, version, at, state }
      const message: Change<C> = { kind: 'change', epoch, base: before.version, version, at, change }
      this.#changes = [...this.#changes, message].slice(-keptChanges)
      this.#tell(message)
    } else {
      // What was told stays what the next difference is taken from, or many small ones would never be told.
      this.#snapshot = { ...before, at }
      if (isOver) this.#tell(this.#snapshot)
    }
  }

  #fail(error: unknown): void {
    const { now, report } = this.#options
    const isSource = isSourceFailure(error)
    if (!isSource) report(error)
    this.#failures += 1
    this.#trouble = {
      kind: 'trouble',
      source: isSource ? error.source : 'weft',
      since: this.#trouble?.since ?? now(),
      lastGoodAt: this.#lastGoodAt,
      because: isSource ? error.message : 'Weft failed while reading. Its log says why; please report it.',
      nextTryAt: now() + this.#rest(),
    }
    this.#tell(this.#trouble)
  }

  /** From the end of a reading to the next: the tick keeps its beat, a slow reading stretches it, trouble backs off. */
  #rest(): Milliseconds {
    const every = this.#subject.every(this.#query)
    if (this.#failures > 0) return Math.min(longestBackoff, every * 2 ** (this.#failures - 1))
    const took = this.#options.now() - this.#startedAt
    return Math.max(every - took, took / 2)
  }
}
