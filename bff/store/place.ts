import { resolve } from 'node:path'

/** Where history is kept: for this run only, in a file, or in a PostgreSQL. */
export type StorePlace = { kind: 'memory' } | { kind: 'file'; path: string } | { kind: 'postgres'; url: string }

/** `memory`, `postgres://…` or a file's path. What is wrong is said without repeating it: it may hold a password. */
export function readPlace(text: string): StorePlace | { wrong: string } {
  if (text === 'memory') return { kind: 'memory' }
  if (/^postgres(ql)?:\/\//.test(text))
    return URL.canParse(text)
      ? { kind: 'postgres', url: text }
      : { wrong: 'is no address such as postgres://host/database' }
  if (/^\w+:\/\//.test(text)) return { wrong: 'is neither a postgres:// address nor the path of a file' }
  return { kind: 'file', path: resolve(text) }
}

/** For people: without user and password. */
export function placeName(place: StorePlace): string {
  if (place.kind === 'memory') return 'in memory'
  if (place.kind === 'file') return place.path
  const { host, pathname } = new URL(place.url)
  return `postgres://${host}${pathname}`
}
