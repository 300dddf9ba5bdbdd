import { isDeepStrictEqual } from 'node:util'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { ApiError, type KubernetesApi } from './kubernetes-api.ts'
import { type Kind, pathOf, resourceOf } from './kubernetes-kinds.ts'
import { FramingError, lines } from './kubernetes-lines.ts'
import { keyOf, listAll } from './kubernetes-list.ts'
import { at, count, type Json, record, text } from './kubernetes-raw.ts'
import { SourceError } from './source.ts'

export interface WatchWorld {
  now(): EpochMilliseconds
  /** 0 ≤ n < 1 */
  random(): number
  /** Shortest and longest pause between two tries, and how long a kind the cluster does not have is left alone. */
  pauses: { least: Milliseconds; most: Milliseconds; missing: Milliseconds }
}

/** `missing`: the cluster has no such kind (no CRD); that is no failure. */
export type WatchStatus = { kind: 'starting' | 'ok' | 'missing' } | { kind: 'failing'; because: string }

/** Our resourceVersion is too old: only a new list helps. */
class Gone extends Error {}
/** The cluster has the kind in none of the versions we read. */
class Missing extends Error {}

const metadataAs = (form: string) => `application/json;as=${form};g=meta.k8s.io;v=v1`

/** A watch that ends sooner without an event has not really worked. */
const shortest: Milliseconds = 1000

/**
 * List and watch of one kind, for ever: pages, bookmarks, resuming where it broke off, a new list when the server has
 * forgotten where we were. Objects are projected before they are stored; `changed` is called when a stored one differs.
 */
export class Watch<View> {
  readonly #kind: Kind<View>
  readonly #api: KubernetesApi
  readonly #world: WatchWorld
  readonly #changed: (what: 'items' | 'status') => void
  readonly #end = new AbortController()
  #items = new Map<string, View>()
  #status: WatchStatus = { kind: 'starting' }
  /** Where we are; null when only a list can tell. */
  #resourceVersion: string | null = null
  #path = ''
  #hasListed = false
  #isForbidden = false
  #isOpen = false
  #events = 0
  #wake: () => void = () => {}
  #running: Promise<void> = Promise.resolve()

  constructor(kind: Kind<View>, api: KubernetesApi, world: WatchWorld, changed: (what: 'items' | 'status') => void) {
    this.#kind = kind
    this.#api = api
    this.#world = world
    this.#changed = changed
  }

  get items(): ReadonlyMap<string, View> {
    return this.#items
  }

  get status(): WatchStatus {
    return this.#status
  }

  /** It fails because we may not, and for no other reason. */
  get isForbidden(): boolean {
    return this.#isForbidden && this.#status.kind === 'failing'
  }

  /** A full list has arrived at least once. */
  get hasListed(): boolean {
    return this.#hasListed
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#end.abort()
    this.#wake()
    await this.#running
  }

  /** Ends a pause after failures: there is reason to believe that the server is back. */
  hurry(): void {
    if (this.#status.kind !== 'missing') this.#wake()
  }

  async #run(): Promise<void> {
    const { signal } = this.#end
    let failures = 0
    while (!signal.aborted) {
      const began = this.#world.now()
      const events = this.#events
      this.#isOpen = false
      const error = await this.#listAndWatch().catch((thrown: unknown) => thrown)
      if (signal.aborted) return
      const hasWorked = this.#isOpen && (this.#events > events || this.#world.now() - began > shortest)
      failures = hasWorked ? 0 : failures + 1
      if (error instanceof Missing) failures = 0
      const pause = error instanceof Missing ? this.#world.pauses.missing : this.#backoff(failures)
      if (error !== undefined) this.#judge(error, failures)
      if (pause > 0) await this.#wait(pause)
    }
  }

  /** Returns when the server ends the watch as agreed; everything else is thrown. */
  async #listAndWatch(): Promise<void> {
    if (this.#resourceVersion === null) await this.#list()
    await this.#watch()
  }

  #judge(error: unknown, failures: number): void {
    if (error instanceof Missing) {
      if (this.#items.size > 0) this.#replace(new Map())
      this.#tell({ kind: 'missing' })
      return
    }
    const isRemoved = error instanceof ApiError && error.status === 404 && !this.#kind.isCore
    if (error instanceof Gone || isRemoved || failures % 3 === 2) this.#resourceVersion = null
    this.#isForbidden = error instanceof ApiError && error.status === 403
    // A watch that is cut in the middle is resumed; only when that fails too there is something to tell.
    const isQuiet = error instanceof Gone || isRemoved || (this.#isOpen && failures <= 1)
    if (!isQuiet) this.#tell({ kind: 'failing', because: this.#because(error) })
  }

  async #list(): Promise<void> {
    for (const version of this.#kind.versions) {
      const path = pathOf(this.#kind, version)
      try {
        // oxlint-disable-next-line no-await-in-loop -- the next version only where this one does not exist
        const { items, resourceVersion } = await listAll(
          this.#api,
          path,
          object => this.#kind.view(object),
          this.#end.signal,
          this.#kind.isMetadataOnly ? metadataAs('PartialObjectMetadataList') : undefined,
        )
        this.#replace(items)
        this.#resourceVersion = resourceVersion
        this.#path = path
        return
      } catch (error) {
        if (this.#kind.isCore || !(error instanceof ApiError) || error.status !== 404) throw error
      }
    }
    throw new Missing()
  }

  /** Takes a whole list: what is equal stays the same object, and only a difference is told. */
  #replace(found: Map<string, View>): void {
    let isOther = !this.#hasListed || found.size !== this.#items.size
    for (const [key, view] of found) {
      const known = this.#items.get(key)
      if (known !== undefined && isDeepStrictEqual(known, view)) found.set(key, known)
      else isOther = true
    }
    this.#hasListed = true
    this.#items = found
    if (isOther) this.#changed('items')
  }

  async #watch(): Promise<void> {
    // Not all at the same moment.
    const seconds = Math.round(290 * (0.9 + 0.2 * this.#world.random()))
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.#resourceVersion ?? '',
      timeoutSeconds: String(seconds),
    })
    const silence = (seconds + 15) * 1000
    let chunks: AsyncIterable<Buffer>
    try {
      chunks = await this.#api.stream(
        `${this.#path}?${query.toString()}`,
        this.#end.signal,
        silence,
        this.#kind.isMetadataOnly ? metadataAs('PartialObjectMetadata') : undefined,
      )
    } catch (error) {
      throw error instanceof ApiError && error.status === 410 ? new Gone() : error
    }
    this.#isOpen = true
    this.#tell({ kind: 'ok' })
    for await (const line of lines(chunks)) this.#take(line)
  }

  #take(line: Buffer): void {
    const { type, object: told } = parseEvent(line)
    const object = record(told)
    if (type === 'ERROR') throw refusal(object)
    if (type === 'ADDED' || type === 'MODIFIED') this.#put(keyOf(object), this.#kind.view(object))
    else if (type === 'DELETED') this.#remove(keyOf(object))
    else if (type !== 'BOOKMARK') throw new FramingError('an event of the watch has an unknown type')
    this.#resourceVersion = text(at(object, 'metadata')['resourceVersion']) || this.#resourceVersion
    this.#events += 1
  }

  #put(key: string, view: View): void {
    if (isDeepStrictEqual(this.#items.get(key), view)) return
    this.#items.set(key, view)
    this.#changed('items')
  }

  #remove(key: string): void {
    if (this.#items.delete(key)) this.#changed('items')
  }

  #because(error: unknown): string {
    if (error instanceof SourceError) return error.message
    const where = `Kubernetes at ${this.#api.url}`
    const what = resourceOf(this.#kind)
    if (error instanceof FramingError) return `${where} sends a watch of ${what} that cannot be read: ${error.message}.`
    if (!(error instanceof ApiError)) return `The watch of ${what} at ${where} failed.`
    if (error.status === 401) return `${where} does not know us (401); renew the credentials of the kubeconfig.`
    if (error.status === 403) return `${where} does not let us list and watch ${what}: ${error.message}`
    return `${where} refuses to list or watch ${what} (${error.status}): ${error.message}`
  }

  #tell(status: WatchStatus): void {
    if (isDeepStrictEqual(status, this.#status)) return
    this.#status = status
    this.#changed('status')
  }

  /** None after a watch that has worked; then ever longer, never twice the same. */
  #backoff(failures: number): Milliseconds {
    if (failures === 0) return 0
    const { least, most } = this.#world.pauses
    const full = Math.min(most, least * 2 ** (failures - 1))
    return Math.min(most, Math.max(least, full * (0.75 + 0.5 * this.#world.random())))
  }

  #wait(pause: Milliseconds): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, pause)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function parseEvent(line: Buffer): Json {
  try {
    return record(JSON.parse(line.toString()))
  } catch (error) {
    throw new FramingError('a line of the watch is not JSON', { cause: error })
  }
}

/** The Status object of an ERROR event. */
function refusal(status: Json): Error {
  const code = count(status['code'])
  if (code === 410 || status['reason'] === 'Expired' || status['reason'] === 'Gone') return new Gone()
  return new ApiError(code, text(status['message']).slice(0, 300))
}
