import type { QueryClient } from '@tanstack/react-query'
import { io } from 'socket.io-client'
import { events, livePath, type Message, type Subscribe, type Subscribed } from '#shared/live.ts'
import type { Status } from '#shared/mesh/source.ts'
import { chosenUser } from './caller.ts'
import { emptyFeed, type Feed, type LiveSubject, take } from './feed.ts'
import { gunzip } from './gunzip.ts'
import { type Connection, connectionKey, liveKey, liveName, statusKey, withSkew } from './keys.ts'

/** As much of a socket as this file needs, so that tests bring their own. */
export interface LiveSocket {
  readonly connected: boolean
  on(event: string, listener: (...args: never[]) => void): unknown
  emit(event: string, ...args: unknown[]): unknown
  connect(): unknown
  disconnect(): unknown
}

export const openSocket = (): LiveSocket =>
  io({
    path: livePath,
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 4000,
    // Asked for at every connecting: the page may have been switched to another user.
    auth: tell => tell({ user: chosenUser() ?? '' }),
  })

interface Watch {
  key: readonly unknown[]
  subscribe: Subscribe
  apply: (before: unknown, change: unknown) => unknown
  viewers: number
  /** The BFF's name for it; null until acknowledged. */
  feed: string | null
  isResyncing: boolean
  /** Messages are unpacked one after the other: a change must not overtake its snapshot. */
  queue: Promise<void>
}

/** The socket on one side, the query cache on the other. Components never see a message. */
export class LiveFeeds {
  readonly #socket: LiveSocket
  readonly #cache: QueryClient
  readonly #unpack: (payload: ArrayBuffer) => Promise<unknown>
  readonly #now: () => number
  readonly #watches = new Map<string, Watch>()
  /** What arrives before its subscription is acknowledged. */
  readonly #early = new Map<string, ArrayBuffer[]>()
  #pending = 0
  /** Counts the times it started over: what was sent before is nobody's any more. */
  #life = 0

  constructor(parts: {
    socket: LiveSocket
    cache: QueryClient
    unpack?: (payload: ArrayBuffer) => Promise<unknown>
    now?: () => number
  }) {
    this.#socket = parts.socket
    this.#cache = parts.cache
    this.#unpack = parts.unpack ?? gunzip
    this.#now = parts.now ?? Date.now
    this.#tell({ state: 'connecting', since: this.#now() })
    parts.socket.on('connect', () => {
      this.#tell({ state: 'live', since: this.#now() })
      for (const watch of this.#watches.values()) this.#ask(watch)
    })
    parts.socket.on('disconnect', (reason: unknown) => {
      // Hung up by ourselves, to come back as somebody else.
      if (reason !== 'io client disconnect') this.#cut()
    })
    parts.socket.on('connect_error', () => this.#cut())
    parts.socket.on(events.message, (feed: string, payload: ArrayBuffer) => this.#arrived(feed, payload))
    parts.socket.on(events.status, (status: Status) => {
      this.#cache.setQueryData(statusKey, withSkew(status, this.#now()))
    })
  }

  /** Keeps the feed in the cache under `liveKey` until the returned function is called. */
  watch<State, Change>(subject: LiveSubject<State, Change>, query: Record<string, string>): () => void {
    const key = liveKey(subject.name, query)
    const id = JSON.stringify(key)
    const watch = this.#watches.get(id) ?? {
      key,
      subscribe: { subject: subject.name, query },
      // The subject's own types end here: what its feed carries is what its `apply` takes.
      apply: subject.apply as Watch['apply'],
      viewers: 0,
      feed: null,
      isResyncing: false,
      queue: Promise.resolve(),
    }
    watch.viewers += 1
    this.#watches.set(id, watch)
    if (watch.viewers === 1 && this.#socket.connected) this.#ask(watch)
    return () => {
      watch.viewers -= 1
      if (watch.viewers > 0) return
      this.#watches.delete(id)
      this.#leave(watch)
    }
  }

  /** Reads at once instead of at the next tick. */
  refresh(subject: string, query: Record<string, string>): void {
    const feed = this.#watches.get(JSON.stringify(liveKey(subject, query)))?.feed
    if (feed != null) this.#socket.emit(events.refresh, { feed })
  }

  /** Hangs up and comes back as whoever the page is now, holding nothing that was read before. */
  startOver(): void {
    this.#life += 1
    this.#pending = 0
    this.#early.clear()
    for (const watch of this.#watches.values()) {
      watch.feed = null
      watch.isResyncing = false
      this.#put(watch, emptyFeed)
    }
    // Feeds that nobody looks at now, but whose last state is kept for a while.
    this.#cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] === liveName && !this.#isWatched(queryKey) })
    this.#socket.disconnect()
    this.#socket.connect()
  }

  #isWatched = (key: readonly unknown[]): boolean => this.#watches.has(JSON.stringify(key))

  #ask(watch: Watch): void {
    watch.feed = null
    watch.isResyncing = false
    this.#pending += 1
    const life = this.#life
    this.#socket.emit(events.subscribe, watch.subscribe, (answer: Subscribed) => {
      if (life !== this.#life) return
      this.#pending -= 1
      if (!answer.ok) this.#put(watch, { ...this.#held(watch), refusal: answer.problem })
      else {
        watch.feed = answer.feed
        if (watch.viewers === 0) this.#leave(watch)
        else for (const payload of this.#early.get(answer.feed) ?? []) this.#receive(watch, payload)
      }
      if (this.#pending === 0) this.#early.clear()
    })
  }

  #leave(watch: Watch): void {
    const { feed } = watch
    const isShared = [...this.#watches.values()].some(other => other.feed === feed)
    if (feed !== null && !isShared && this.#socket.connected) this.#socket.emit(events.unsubscribe, { feed })
  }

  #arrived(feed: string, payload: ArrayBuffer): void {
    const watches = [...this.#watches.values()].filter(watch => watch.feed === feed)
    for (const watch of watches) this.#receive(watch, payload)
    if (watches.length === 0 && this.#pending > 0) this.#early.set(feed, [...(this.#early.get(feed) ?? []), payload])
  }

  #receive(watch: Watch, payload: ArrayBuffer): void {
    const life = this.#life
    watch.queue = watch.queue
      .then(async () => {
        const message = (await this.#unpack(payload)) as Message<unknown, unknown>
        if (life === this.#life) this.#accept(watch, message)
      })
      .catch(() => this.#resync(watch))
  }

  #accept(watch: Watch, message: Message<unknown, unknown>): void {
    if (watch.viewers === 0) return
    const held = this.#held(watch)
    const isOld = message.kind === 'change' && message.epoch === held.epoch && message.version <= held.version
    if (isOld) return
    const next = take(held, message, watch.apply)
    if (next === null) return this.#resync(watch, { epoch: held.epoch, version: held.version })
    if (message.kind !== 'trouble') watch.isResyncing = false
    this.#put(watch, next)
  }

  /** A gap (what is held lets the BFF send only what is missing), or a message that could not be read or applied. */
  #resync(watch: Watch, held?: { epoch: string; version: number }): void {
    if (watch.isResyncing || watch.feed === null) return
    watch.isResyncing = true
    this.#socket.emit(events.resync, { feed: watch.feed, ...(held !== undefined && { held }) })
  }

  #held = (watch: Watch): Feed<unknown> => this.#cache.getQueryData<Feed<unknown>>(watch.key) ?? emptyFeed

  #put = (watch: Watch, feed: Feed<unknown>): void => {
    this.#cache.setQueryData(watch.key, feed)
  }

  #cut(): void {
    const before = this.#cache.getQueryData<Connection>(connectionKey)
    if (before?.state !== 'cut') this.#tell({ state: 'cut', since: this.#now() })
  }

  #tell = (connection: Connection): void => {
    this.#cache.setQueryData(connectionKey, connection)
  }
}
