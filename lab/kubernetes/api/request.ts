import { type Kind, type ResourceTable } from '#lab/kubernetes/resources.ts'
import { badRequest, methodNotAllowed, noSuchResource } from './status.ts'

/** Who asks. */
export interface User {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Readonly<Record<string, readonly string[]>>
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** A request for objects, understood. */
export interface ResourceRequest {
  verb: Verb
  kind: Kind
  /** The version it was asked in; answers are in it too. */
  version: string
  /** Undefined for cluster-wide kinds and for lists over all namespaces. */
  namespace: string | undefined
  /** '' where the request names no object. */
  name: string
  subresource: 'status' | 'scale' | 'eviction' | 'log' | 'token' | ''
  query: URLSearchParams
  user: User
}

/** The part of a path after `/api/v1` or `/apis/<group>/<version>`. */
export interface ResourcePath {
  group: string
  version: string
  namespace: string | undefined
  plural: string
  name: string
  subresource: string
}

/** Takes `/api/v1/namespaces/shop/pods/x/status` apart; null for paths that do not lead to objects. */
export function parsePath(path: string): ResourcePath | null {
  const parts = path.split('/').filter(part => part !== '')
  const decoded = parts.map(decode)
  const core = decoded[0] === 'api'
  if (!core && decoded[0] !== 'apis') return null
  const [group, version] = core ? ['', decoded[1]] : [decoded[1] ?? '', decoded[2]]
  const rest = decoded.slice(core ? 2 : 3)
  if (version === undefined || rest.length === 0) return null
  if (rest[0] === 'namespaces' && rest.length >= 3 && !isNamespaceSubresource(group, rest)) {
    const [, namespace, plural = '', name = '', subresource = '', ...more] = rest
    return more.length > 0 ? null : { group, version, namespace, plural, name, subresource }
  }
  const [plural = '', name = '', subresource = '', ...more] = rest
  return more.length > 0 ? null : { group, version, namespace: undefined, plural, name, subresource }
}

const isNamespaceSubresource = (group: string, rest: string[]): boolean =>
  group === '' && rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize')

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw badRequest(`invalid URL escape in ${JSON.stringify(part)}`)
  }
}

const verbs: Record<string, { one: Verb | null; many: Verb | null }> = {
  GET: { one: 'get', many: 'list' },
  HEAD: { one: 'get', many: 'list' },
  POST: { one: null, many: 'create' },
  PUT: { one: 'update', many: null },
  PATCH: { one: 'patch', many: null },
  DELETE: { one: 'delete', many: 'deletecollection' },
}

/** Finds the kind and the verb, or throws what the server answers to such a path or method. */
export function understand(
  table: ResourceTable,
  method: string,
  path: ResourcePath,
  query: URLSearchParams,
  user: User,
): ResourceRequest {
  const kind = table.at(path.group, path.version, path.plural)
  if (!kind || (kind.namespaced ? false : path.namespace !== undefined)) throw noSuchResource()
  if (kind.namespaced && path.namespace === undefined && path.name !== '') throw noSuchResource()
  const subresource = subresourceOf(kind, path.subresource)
  const verb = verbOf(method, path, subresource, query)
  if (kind.namespaced && path.namespace === undefined && verb === 'create') throw methodNotAllowed()
  return {
    verb,
    kind,
    version: path.version,
    namespace: path.namespace,
    name: path.name,
    subresource,
    query,
    user,
  }
}

function subresourceOf(kind: Kind, subresource: string): ResourceRequest['subresource'] {
  switch (subresource) {
    case '':
      return ''
    case 'status':
      if (kind.status) return subresource
      break
    case 'scale':
      if (kind.scale) return subresource
      break
    case 'eviction':
    case 'log':
      if (kind.name === 'pods') return subresource
      break
    case 'token':
      if (kind.name === 'serviceaccounts') return subresource
      break
  }
  throw noSuchResource()
}

function verbOf(
  method: string,
  path: ResourcePath,
  subresource: ResourceRequest['subresource'],
  query: URLSearchParams,
): Verb {
  const known = verbs[method]
  if (!known) throw methodNotAllowed()
  if (subresource === 'eviction' || subresource === 'token') {
    if (method === 'POST') return 'create'
    throw methodNotAllowed()
  }
  if (subresource === 'log' && method !== 'GET') throw methodNotAllowed()
  if (subresource !== '' && method === 'DELETE') throw methodNotAllowed()
  const verb = path.name === '' ? known.many : known.one
  if (!verb) throw methodNotAllowed()
  if ((verb === 'get' || verb === 'list') && subresource === '' && flag(query, 'watch')) return 'watch'
  return verb
}

/** Go's strconv.ParseBool, and a bare `?watch`. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)
  return value !== null && (value === '' || ['1', 't', 'true', 'T', 'TRUE', 'True'].includes(value))
}

/** A whole number of the query, or undefined; anything else is refused. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d{1,15}$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (parameter ${name})`)
  return Number(text)
}

/** A resourceVersion that we gave out, as a number; undefined when unset. */
export function revisionOf(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`invalid resource version ${JSON.stringify(text)}`)
  return Number(text)
}
