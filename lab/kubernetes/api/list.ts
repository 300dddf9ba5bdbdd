import type { KubeObject } from '#lab/contract.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import type { Answer, Api } from './api.ts'
import { inVersion } from './api.ts'
import { type ResourceRequest, revisionOf, wholeNumber } from './request.ts'
import { selectorOf } from './selectors.ts'
import { badRequest, gone, invalid, StatusError, unsupportedValue } from './status.ts'

/** The objects that a request's path and selectors name, in stored version. */
export function listed(api: Api, request: ResourceRequest): KubeObject[] {
  const all = api.store.list(request.kind.name, request.namespace)
  const { test, isOpen } = selectorOf(request.query, request.kind, request.name)
  return isOpen ? all : all.filter(test)
}

/** A list that is being read page by page: all pages show the same moment. */
interface Snapshot {
  items: readonly KubeObject[]
  revision: number
}

export interface Lister {
  list(api: Api, request: ResourceRequest): Answer
}

/** Remembers the last lists that are not read to their end; an older one must be begun again (410). */
export function createLister(kept = 64): Lister {
  const snapshots = new Map<string, Snapshot>()
  const remember = (key: string, snapshot: Snapshot): void => {
    snapshots.delete(key)
    snapshots.set(key, snapshot)
    const oldest = snapshots.keys().next().value
    if (snapshots.size > kept && oldest !== undefined) snapshots.delete(oldest)
  }
  return {
    list(api, request) {
      const { kind, namespace, query } = request
      const limit = wholeNumber(query, 'limit') ?? 0
      const token = query.get('continue')
      const { isOpen } = selectorOf(query, kind, request.name)
      const key = JSON.stringify([kind.name, namespace, query.get('labelSelector'), query.get('fieldSelector')])
      let snapshot: Snapshot
      let start = 0
      if (token) {
        checkContinued(query)
        const place = readToken(token)
        const found = snapshots.get(`${key} ${place.revision}`)
        if (!found) throw expired()
        snapshot = found
        start = place.start
      } else {
        checkRevision(api, request)
        snapshot = { items: listed(api, request), revision: api.store.revision }
      }
      const end = limit > 0 ? Math.min(start + limit, snapshot.items.length) : snapshot.items.length
      const metadata: Fields = { resourceVersion: String(snapshot.revision) }
      if (end < snapshot.items.length) {
        remember(`${key} ${snapshot.revision}`, snapshot)
        metadata['continue'] = writeToken(snapshot.revision, end)
        if (isOpen) metadata['remainingItemCount'] = snapshot.items.length - end
      }
      const items = snapshot.items.slice(start, end).map(item => inVersion(item, request))
      return { kind: 'list', of: kind, version: request.version, items, metadata }
    },
  }
}

const expired = () =>
  gone(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  )

const writeToken = (revision: number, start: number): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url')

function readToken(token: string): { revision: number; start: number } {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Fields
    if (Number.isSafeInteger(rv) && Number.isSafeInteger(start) && Number(start) >= 0)
      return { revision: Number(rv), start: Number(start) }
  } catch {
    // Said below in the server's words: any unreadable token is refused alike.
  }
  throw badRequest('continue key is not valid: invalid continue token')
}

/** A page goes on where the one before ended: it cannot ask for another moment. */
function checkContinued(query: URLSearchParams): void {
  const revision = query.get('resourceVersion') ?? ''
  if (query.get('resourceVersionMatch')) throw refused('resourceVersionMatch is forbidden when continue is provided')
  if (revision !== '' && revision !== '0')
    throw badRequest('specifying resource version is not allowed when using continue')
}

const refused = (message: string): StatusError =>
  invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
    { field: 'resourceVersionMatch', reason: 'FieldValueForbidden', message: `Forbidden: ${message}` },
  ])

/** `resourceVersion` and `resourceVersionMatch` of a list: we always show the present, and say so when that is wrong. */
function checkRevision(api: Api, { kind, query }: ResourceRequest): void {
  const revision = revisionOf(query.get('resourceVersion'))
  const match = query.get('resourceVersionMatch')
  if (query.has('sendInitialEvents')) throw refused('sendInitialEvents is forbidden for list')
  if (match && match !== 'Exact' && match !== 'NotOlderThan')
    throw invalid({ kind: 'ListOptions', group: 'meta.k8s.io' }, '', [
      unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']),
    ])
  if (match && revision === undefined)
    throw refused('resourceVersionMatch is forbidden unless resourceVersion is provided')
  if (match === 'Exact' && revision === 0)
    throw refused('resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
  if (revision === undefined) return
  if (revision > api.store.revision) throw tooNew(revision, api.store.revision)
  if (match === 'Exact' && revision < api.store.lastRevision(kind.name))
    throw gone(`The resourceVersion for the provided list is too old.`)
}

export const tooNew = (wanted: number, present: number): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${present}`, {
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  })
