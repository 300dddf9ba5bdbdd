import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import type { Draft } from './draft.ts'

/** Where drafts live until they are applied or discarded: in this browser, one per object. */
export interface DraftStore {
  read(object: ObjectRef): Promise<Draft | null>
  /** Kept as soon as the browser can; of many in a row the last one counts. Rejects where the browser keeps nothing. */
  keep(draft: Draft): Promise<void>
  discard(object: ObjectRef): Promise<void>
  all(): Promise<Draft[]>
}

const name = 'weft-drafts'
const table = 'drafts'

export function openDrafts(factory: IDBFactory | undefined): DraftStore {
  let opened: Promise<IDBDatabase> | null = null
  const database = (): Promise<IDBDatabase> => {
    opened ??= open(factory)
    // A browser that refused once (private window, full disk) is asked again.
    opened.catch(() => {
      opened = null
    })
    return opened
  }
  const within = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = (await database()).transaction(table, mode)
    const request = act(transaction.objectStore(table))
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error ?? new Error('The browser gave up keeping the draft.'))
    })
  }
  return {
    read: async object => ((await within('readonly', store => store.get(keyOf(object)))) as Draft | undefined) ?? null,
    keep: async draft => {
      await within('readwrite', store => store.put(draft, keyOf(draft.object)))
    },
    discard: async object => {
      await within('readwrite', store => store.delete(keyOf(object)))
    },
    all: async () => (await within('readonly', store => store.getAll())) as Draft[],
  }
}

const open = (factory: IDBFactory | undefined): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    if (factory === undefined) {
      reject(new Error('This browser has no place for drafts.'))
      return
    }
    const request = factory.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(table)
    request.onsuccess = () => {
      // Another tab with a newer page may want to change the shape.
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
    request.onerror = () => reject(request.error ?? new Error('This browser does not open its store.'))
  })

/** What a tab says to the others of a draft: each of them shows what was typed last, so that none writes over it. */
export interface Told {
  object: string
  draft: Draft | null
  /** Milliseconds since the epoch. */
  at: number
}

/** The other tabs of this browser. */
export function openTabs(): { tell(told: Told): void; listen(hear: (told: Told) => void): () => void } {
  const channel = new BroadcastChannel(name)
  return {
    tell: told => channel.postMessage(told),
    listen(hear) {
      const heard = ({ data }: MessageEvent<Told>) => hear(data)
      channel.addEventListener('message', heard)
      return () => channel.removeEventListener('message', heard)
    },
  }
}
