import type { ServerResponse } from 'node:http'
import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'
import type { Change } from '#lab/kubernetes/history.ts'
import { apiVersionOf } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import type { Shape } from './accept.ts'
import { type Api, inVersion } from './api.ts'
import { flag, type ResourceRequest, revisionOf, wholeNumber } from './request.ts'
import { selectorOf, type Test } from './selectors.ts'
import { gone, invalid, type StatusError } from './status.ts'
import { partialOf, tableOf } from './table.ts'

/** A reader this far behind (bytes) is cut off: it comes back and resumes, and our memory stays flat. */
const backlogLimit = 16 * 1024 * 1024

/** Streams changes until the reader goes, the time is over or `stop` is called. Returns `stop`. */
export function watch(api: Api, request: ResourceRequest, shape: Shape, response: ServerResponse): () => void {
  const { query, kind } = request
  const { test } = selectorOf(query, kind, request.name)
  const asked = revisionOf(query.get('resourceVersion'))
  const wantsAll = wantsInitialEvents(query)
  const timeout = Math.max(0, wholeNumber(query, 'timeoutSeconds') ?? 0) || 1800
  const fromStart = wantsAll || asked === undefined || asked === 0
  const replay = fromStart ? [] : api.store.since(kind.name, asked)
  if (replay === null && api.goneAs === 'status') throw tooOld(asked ?? 0, api.store.revision)

  response.writeHead(200, {
    'Content-Type': shape.encoding === 'yaml' ? 'application/yaml;stream=watch' : 'application/json',
    'Cache-Control': 'no-cache, private',
  })
  response.flushHeaders()
  const writer = createWriter(api, request, shape, response)
  if (replay === null) {
    writer.error(tooOld(asked ?? 0, api.store.revision))
    response.end()
    return () => undefined
  }

  let start = fromStart ? api.store.revision : (asked ?? 0)
  if (fromStart)
    for (const object of api.store.list(kind.name, request.namespace)) if (test(object)) writer.event('ADDED', object)
  const tell = (change: Change): void => {
    // A revision from the future (another life of the lab) hides nothing: it was not ours to give.
    if (change.resource !== kind.name || change.revision <= start) return
    if (request.namespace !== undefined && change.object.metadata.namespace !== request.namespace) return
    const told = seen(change, test)
    if (told) writer.event(told.type, told.object)
  }
  for (const change of replay) tell(change)
  start = Math.min(start, api.store.revision)
  const bookmarks = flag(query, 'allowWatchBookmarks')
  if (wantsAll && bookmarks) writer.bookmark({ 'k8s.io/initial-events-end': 'true' })

  const leave = api.store.subscribe(tell)
  const beat = bookmarks ? setInterval(() => writer.bookmark(), api.bookmarkInterval) : undefined
  const end = setTimeout(() => stop(), Math.min(timeout, 86_400) * 1000)
  const stop = (): void => {
    leave()
    clearInterval(beat)
    clearTimeout(end)
    if (!response.writableEnded) response.end()
  }
  response.on('close', stop)
  return stop
}

/** What a change looks like to someone who sees only what passes the test: coming in is ADDED, going out DELETED. */
export function seen(change: Change, test: Test): { type: Change['type']; object: KubeObject } | null {
  const before = change.previous !== null && test(change.previous)
  const after = change.type !== 'DELETED' && test(change.object)
  if (!before && !after) return null
  if (!before) return { type: 'ADDED', object: change.object }
  if (after) return { type: 'MODIFIED', object: change.object }
  const last = change.previous ?? change.object
  return {
    type: 'DELETED',
    object: { ...last, metadata: { ...last.metadata, resourceVersion: String(change.revision) } },
  }
}

function wantsInitialEvents(query: URLSearchParams): boolean {
  const wants = flag(query, 'sendInitialEvents')
  const match = query.get('resourceVersionMatch')
  const refuse = (message: string) =>
    invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      { field: 'resourceVersionMatch', reason: 'FieldValueForbidden', message: `Forbidden: ${message}` },
    ])
  if (query.has('sendInitialEvents') && match !== 'NotOlderThan')
    throw refuse('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
  if (!query.has('sendInitialEvents') && match)
    throw refuse('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
  return wants
}

const tooOld = (asked: number, present: number): StatusError => gone(`too old resource version: ${asked} (${present})`)

interface Writer {
  event(type: Change['type'], object: KubeObject): void
  bookmark(annotations?: Record<string, string>): void
  error(status: StatusError): void
}

function createWriter(api: Api, request: ResourceRequest, shape: Shape, response: ServerResponse): Writer {
  let withColumns = true
  const put = (type: string, object: unknown): void => {
    if (response.writableEnded || response.destroyed) return
    const event = { type, object }
    response.write(shape.encoding === 'yaml' ? `---\n${stringify(event)}` : `${JSON.stringify(event)}\n`)
    if (response.writableLength > backlogLimit) response.destroy()
  }
  const shaped = (stored: KubeObject): unknown => {
    const object = inVersion(stored, request)
    switch (shape.as) {
      case 'table': {
        const options = {
          version: shape.version,
          include: request.query.get('includeObject') ?? 'Metadata',
          now: api.now(),
          withColumns,
        }
        // Columns are told once: they do not change while the stream lasts.
        withColumns = false
        return tableOf(request.kind, [object], { resourceVersion: object.metadata.resourceVersion }, options)
      }
      case 'partial':
      case 'partialList':
        return partialOf(object, shape.version)
      case 'object':
        return object
    }
  }
  return {
    event: (type, object) => put(type, shaped(object)),
    error: status => put('ERROR', status.toObject()),
    bookmark(annotations) {
      const metadata: Fields = {
        resourceVersion: String(api.store.revision),
        creationTimestamp: null,
        ...(annotations ? { annotations } : {}),
      }
      const apiVersion = apiVersionOf(request.kind.group, request.version)
      if (shape.as === 'table')
        put('BOOKMARK', {
          ...tableOf(request.kind, [], metadata, {
            version: shape.version,
            include: 'None',
            now: 0,
            withColumns: false,
          }),
          rows: [
            {
              cells: request.kind.columns.map(() => null),
              object: { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${shape.version}`, metadata },
            },
          ],
        })
      else if (shape.as === 'object') put('BOOKMARK', { kind: request.kind.kind, apiVersion, metadata })
      else put('BOOKMARK', { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${shape.version}`, metadata })
    },
  }
}
