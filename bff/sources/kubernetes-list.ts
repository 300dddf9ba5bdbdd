import { ApiError, type KubernetesApi } from './kubernetes-api.ts'
import { FramingError } from './kubernetes-lines.ts'
import { at, type Json, list, text } from './kubernetes-raw.ts'

export interface Listed<View> {
  /** By `namespace/name`. */
  items: Map<string, View>
  /** Where a watch goes on from. */
  resourceVersion: string
}

const pageSize = 500

/**
 * All objects at a path, page by page, each projected before the next page is asked for. Pages that grow too old while
 * they are read (410) are asked for once more, in one piece.
 */
export async function listAll<View>(
  api: KubernetesApi,
  path: string,
  view: (object: Json) => View,
  signal: AbortSignal,
  accept?: string,
): Promise<Listed<View>> {
  const items = new Map<string, View>()
  let token = ''
  for (;;) {
    let page: Json
    try {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      page = await read(api, path, { limit: String(pageSize), ...(token && { continue: token }) }, signal, accept)
    } catch (error) {
      if (token && error instanceof ApiError && error.status === 410)
        return listInOnePiece(api, path, view, signal, accept)
      throw error
    }
    take(page, view, items)
    token = text(at(page, 'metadata')['continue'])
    if (token === '') return { items, resourceVersion: resourceVersionOf(page) }
  }
}

async function listInOnePiece<View>(
  api: KubernetesApi,
  path: string,
  view: (object: Json) => View,
  signal: AbortSignal,
  accept: string | undefined,
): Promise<Listed<View>> {
  const page = await read(api, path, {}, signal, accept)
  return { items: take(page, view, new Map()), resourceVersion: resourceVersionOf(page) }
}

async function read(
  api: KubernetesApi,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
  accept: string | undefined,
): Promise<Json> {
  return (await api.get(`${path}?${new URLSearchParams(query).toString()}`, signal, undefined, accept)).json
}

function take<View>(page: Json, view: (object: Json) => View, items: Map<string, View>): Map<string, View> {
  for (const object of list(page['items'])) items.set(keyOf(object), view(object))
  return items
}

function resourceVersionOf(page: Json): string {
  const version = text(at(page, 'metadata')['resourceVersion'])
  if (version === '') throw new FramingError('a list has no resourceVersion')
  return version
}

/** `namespace/name`, `/name` for what belongs to the cluster. */
export function keyOf(object: Json): string {
  const { name, namespace } = at(object, 'metadata')
  if (typeof name !== 'string') throw new FramingError('an object has no name')
  return `${text(namespace)}/${name}`
}
