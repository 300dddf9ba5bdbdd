import type { Message } from '#shared/live.ts'
import type { Milliseconds } from '#shared/units.ts'
import { Feed, type FeedWorld } from './feed.ts'
import type { Subject } from './subject.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- subjects of any types side by side: each is only used with its own query and state
export type AnySubject = Subject<any, any, any>

/** What travels: the feature's own types are known to the feature and to the page, not here. */
export type AnyMessage = Message<unknown, unknown>

export interface OpenFeed {
  /** Names the feed in messages; never used twice, so that a late message cannot be taken for another feed's. */
  readonly id: string
  readonly key: string
  readonly feed: Feed<unknown, unknown, unknown>
}

/** A feed nobody looks at keeps its state this long, unread: whoever reloads the page sees it at once. */
export const linger: Milliseconds = 30_000

/** Equal keys share one reading. */
export const feedKey = (subject: AnySubject, query: unknown, caller: string): string =>
  `${subject.name} ${subject.isPersonal ? `${JSON.stringify(caller)} ` : ''}${subject.key(query)}`

export interface FeedsOptions extends FeedWorld {
  /** A new name for a new feed's epoch. */
  newEpoch(): string
  tell(open: OpenFeed, message: AnyMessage): void
  /** The feed is gone for good. */
  ended(open: OpenFeed): void
  /** More different feeds than this are refused: each costs its sources a reading per tick. */
  most: number
}

/** All feeds that are looked at, one per subject and key however many viewers. */
export class Feeds {
  readonly #options: FeedsOptions
  readonly #byKey = new Map<string, OpenFeed>()
  /** Feeds without viewers, the one left first in front: `cancel` keeps it, `end` drops it now. */
  readonly #lingering = new Map<string, { cancel: () => void; end: () => void }>()
  #count = 0
  #readingsOfEnded = 0

  constructor(options: FeedsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byKey.size
  }

  get readings(): number {
    return [...this.#byKey.values()].reduce((sum, open) => sum + open.feed.readings, this.#readingsOfEnded)
  }

  /** The feed of this subject and query: the one that is there, else a new one. Null when there are too many. */
  find(subject: AnySubject, query: unknown, caller: string): OpenFeed | null {
    const key = feedKey(subject, query, caller)
    const known = this.#byKey.get(key)
    if (known) return known
    if (this.#byKey.size >= this.#options.most) {
      const [oldest] = this.#lingering.values()
      if (!oldest) return null
      oldest.cancel()
      oldest.end()
    }
    this.#count += 1
    const options = { ...this.#options, epoch: this.#options.newEpoch(), caller }
    const open: OpenFeed = {
      id: `${subject.name}-${this.#count}`,
      key,
      feed: new Feed<unknown, unknown, unknown>(subject, query, options, message => this.#options.tell(open, message)),
    }
    this.#byKey.set(key, open)
    return open
  }

  enter(open: OpenFeed): void {
    this.#lingering.get(open.key)?.cancel()
    this.#lingering.delete(open.key)
    open.feed.enter()
  }

  leave(open: OpenFeed): void {
    open.feed.leave()
    if (open.feed.viewers > 0) return
    const end = () => {
      this.#lingering.delete(open.key)
      this.#byKey.delete(open.key)
      this.#readingsOfEnded += open.feed.readings
      this.#options.ended(open)
    }
    this.#lingering.set(open.key, { end, cancel: this.#options.later(linger, end) })
  }

  close(): void {
    for (const { cancel } of this.#lingering.values()) cancel()
    this.#lingering.clear()
  }
}
