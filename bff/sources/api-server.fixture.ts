import type { ServerResponse } from 'node:http'
import { json, type Loopback, loopback } from './loopback.fixture.ts'

export interface StoredObject {
  metadata: { name: string; namespace?: string; resourceVersion?: string; [field: string]: unknown }
  [field: string]: unknown
}

/** How one plural answers instead of well. */
export type Mood =
  | { kind: 'missing' | 'forbidden' | 'unknown' | 'broken' }
  /** Pages after the first are too old. */
  | { kind: 'expiredPages' }
  /** The next watches are refused because their resourceVersion is too old, by status or by event. */
  | { kind: 'goneByStatus' | 'goneByEvent'; times: number }
  | { kind: 'garbage'; times: number; text: string }

/** A small API server of our own: lists in pages, watches with every way they are known to end. */
export interface ApiServer {
  loopback: Loopback
  put(plural: string, object: StoredObject): void
  remove(plural: string, name: string): void
  /** Changes the store without telling the watches: what happens while nobody is connected. */
  quietly(change: () => void): void
  bookmark(plural: string): void
  /** Ends the open watches of a plural, as a server does after timeoutSeconds, or in the middle of a line. */
  endWatches(plural: string, rest?: string): void
  mood(plural: string, mood: Mood | null): void
  watches(plural: string): number
  version: string
  /** Of every answer. */
  headers: Record<string, string>
}

interface Stream {
  plural: string
  response: ServerResponse
}

export async function apiServer(): Promise<ApiServer> {
  const stores = new Map<string, Map<string, StoredObject>>()
  const history: { plural: string; revision: number; line: string }[] = []
  const moods = new Map<string, Mood>()
  const streams = new Set<Stream>()
  let revision = 100
  let isQuiet = false

  const storeOf = (plural: string): Map<string, StoredObject> => {
    const store = stores.get(plural) ?? new Map<string, StoredObject>()
    stores.set(plural, store)
    return store
  }
  const tell = (plural: string, type: string, object: StoredObject) => {
    const line = `${JSON.stringify({ type, object })}\n`
    if (isQuiet) return
    history.push({ plural, revision, line })
    for (const stream of streams) if (stream.plural === plural) stream.response.write(line)
  }

  const list = (plural: string, query: URLSearchParams, response: ServerResponse) => {
    const items = [...storeOf(plural).values()]
    const start = Number(query.get('continue') ?? '0')
    if (start > 0 && moods.get(plural)?.kind === 'expiredPages')
      return json(response, { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }, 410)
    const limit = Number(query.get('limit') ?? '0') || items.length
    const next = start + limit < items.length ? String(start + limit) : ''
    json(response, {
      metadata: { resourceVersion: String(revision), ...(next && { continue: next }) },
      items: items.slice(start, start + limit),
    })
  }

  const watch = (plural: string, query: URLSearchParams, response: ServerResponse) => {
    const mood = moods.get(plural)
    const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
    if (mood && 'times' in mood && mood.times > 0) {
      mood.times -= 1
      if (mood.kind === 'goneByStatus') return json(response, gone, 410)
      response.writeHead(200, { 'content-type': 'application/json' })
      if (mood.kind === 'goneByEvent') return response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`)
      return response.end('text' in mood ? mood.text : '')
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const since = Number(query.get('resourceVersion'))
    for (const event of history) if (event.plural === plural && event.revision > since) response.write(event.line)
    const stream = { plural, response }
    streams.add(stream)
    response.on('close', () => streams.delete(stream))
  }

  const server: ApiServer = {
    version: 'v1.33.1',
    headers: {},
    put: (plural, object) => {
      revision += 1
      const known = storeOf(plural).has(object.metadata.name)
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }
      storeOf(plural).set(object.metadata.name, stored)
      tell(plural, known ? 'MODIFIED' : 'ADDED', stored)
    },
    remove: (plural, name) => {
      revision += 1
      const object = storeOf(plural).get(name)
      storeOf(plural).delete(name)
      if (object)
        tell(plural, 'DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: `${revision}` } })
    },
    quietly: change => {
      isQuiet = true
      change()
      isQuiet = false
    },
    bookmark: plural => {
      revision += 10
      const line = JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(revision) } } })
      for (const stream of streams) if (stream.plural === plural) stream.response.write(`${line}\n`)
    },
    endWatches: (plural, rest) => {
      for (const stream of streams)
        if (stream.plural === plural) {
          if (rest === undefined) stream.response.end()
          else stream.response.write(rest, () => stream.response.destroy())
          streams.delete(stream)
        }
    },
    mood: (plural, mood) => void (mood ? moods.set(plural, mood) : moods.delete(plural)),
    watches: plural => [...streams].filter(stream => stream.plural === plural).length,
    loopback: await loopback((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://any')
      for (const [name, value] of Object.entries(server.headers)) response.setHeader(name, value)
      if (pathname === '/version') return json(response, { gitVersion: server.version })
      const plural = pathname.split('/').at(-1) ?? ''
      const mood = moods.get(plural)?.kind
      if (mood === 'missing') return json(response, { kind: 'Status', code: 404, message: 'not found' }, 404)
      if (mood === 'unknown') return json(response, { kind: 'Status', code: 401, message: 'Unauthorized' }, 401)
      if (mood === 'broken') return json(response, { kind: 'Status', code: 500, message: 'etcd is away' }, 500)
      if (mood === 'forbidden')
        return json(response, { kind: 'Status', code: 403, message: `${plural} is forbidden: User "weft"` }, 403)
      return searchParams.get('watch') ? watch(plural, searchParams, response) : list(plural, searchParams, response)
    }),
  }
  return server
}
