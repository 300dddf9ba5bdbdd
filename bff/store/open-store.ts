import { setTimeout as sleep } from 'node:timers/promises'
import type { Milliseconds } from '#shared/units.ts'
import type { Database } from './database.ts'
import { migrate } from './migrations.ts'
import { placeName, type StorePlace } from './place.ts'
import { openPostgres } from './postgres.ts'
import { sqlStore } from './sql-store.ts'
import { openSqlite } from './sqlite.ts'
import { type Store, StoreError } from './store.ts'

/** A store that is being opened: it may be used at once, and says why where it cannot be. */
export interface OpenStore extends Store {
  /** Null while it answers. */
  because(): string | null
}

export interface StoreOptions {
  place: StorePlace
  /** Between two tries to open it. */
  pause?: Milliseconds
  /** Hears once of each new reason why it does not open. */
  warned?: (because: string) => void
}

/** Never throws: a store that is not there yet is tried again, for the console is of use without a past. */
export function openStore({ place, pause = 5000, warned = () => {} }: StoreOptions): OpenStore {
  const name = placeName(place)
  const end = new AbortController()
  let because: string | null = `The store ${name} is being opened; try again in a moment.`
  let open: Store | null = null
  const first = Promise.withResolvers<void>()
  const opening = (async () => {
    while (!end.signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one try after the other
        open = await openOnce(place, name)
        because = null
        first.resolve()
        return
      } catch (error) {
        const told = error instanceof StoreError ? error.message : unopened(name, error)
        if (told !== because) warned(told)
        because = told
        first.resolve()
        // oxlint-disable-next-line no-await-in-loop -- the pause between them
        await sleep(pause, undefined, { signal: end.signal }).catch(() => {})
      }
    }
  })()

  async function ask<T>(question: (store: Store) => Promise<T>): Promise<T> {
    // Whoever asks in the first moments waits for the first try.
    if (open === null) await first.promise
    if (open === null) throw new StoreError(because ?? `The store ${name} is closed.`)
    try {
      return await question(open)
    } catch (error) {
      throw error instanceof StoreError
        ? error
        : new StoreError(`The store ${name} did not answer: ${reasonOf(error)}.`, { cause: error })
    }
  }

  return {
    because: () => because,
    append: changes => ask(store => store.append(changes)),
    note: note => ask(store => store.note(note)),
    turn: turn => ask(store => store.turn(turn)),
    query: question => ask(store => store.query(question)),
    tally: question => ask(store => store.tally(question)),
    read: (mesh, id) => ask(store => store.read(mesh, id)),
    heads: mesh => ask(store => store.heads(mesh)),
    places: mesh => ask(store => store.places(mesh)),
    prune: retention => ask(store => store.prune(retention)),
    size: () => ask(store => store.size()),
    close: async () => {
      end.abort()
      first.resolve()
      await opening
      await open?.close()
    },
  }
}

async function openOnce(place: StorePlace, name: string): Promise<Store> {
  const database = databaseAt(place)
  try {
    await migrate(database, name)
    return sqlStore(database)
  } catch (error) {
    await database.close().catch(() => {})
    throw error
  }
}

function databaseAt(place: StorePlace): Database {
  switch (place.kind) {
    case 'memory':
      return openSqlite(':memory:')
    case 'file':
      return openSqlite(place.path)
    case 'postgres':
      return openPostgres(place.url)
  }
}

const unopened = (name: string, error: unknown): string =>
  `The store ${name} cannot be opened: ${reasonOf(error)}. History is not kept until it can; WEFT_STORE says where it is.`

/** An engine's own words, but none that could repeat how we were let in. */
function reasonOf(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: '', message: '' }
  const words = message || (typeof code === 'string' ? code : 'it gave no reason')
  return words
    .replaceAll(/\w+:\/\/\S+/g, '…')
    .replace(/\.$/, '')
    .slice(0, 300)
}
