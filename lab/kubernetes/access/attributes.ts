import { flag, type ResourcePath } from '#lab/kubernetes/api/request.ts'

/** What an authorizer is asked: may this user do that? */
export interface Attributes {
  verb: string
  group: string
  version: string
  /** The resource's plural; '' for paths that lead to no resource. */
  resource: string
  subresource: string
  namespace: string
  name: string
  /** For requests that are not about resources (`/version`), else ''. */
  path: string
}

export interface Decision {
  allowed: boolean
  reason: string
}

const none: Attributes = {
  verb: '',
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  path: '',
}

/** A question about a resource; what is not said is ''. */
export const aboutResource = (attributes: Partial<Attributes>): Attributes => ({ ...none, ...attributes })

/** What a request for a resource asks for, before anybody looks whether there is such a resource. */
export function attributesOf(method: string, path: ResourcePath, query: URLSearchParams): Attributes {
  const verb = verbOf(method, path, query)
  const isMany = path.name === '' && ['list', 'watch', 'deletecollection'].includes(verb)
  return {
    verb,
    group: path.group,
    version: path.version,
    resource: path.plural,
    subresource: path.subresource,
    namespace: namespaceOf(path),
    name: isMany ? nameIn(query) : path.name,
    path: '',
  }
}

/** A request for a path that is no resource: its verb is the HTTP method (documentation, "Determine the request verb"). */
export const attributesOfPath = (method: string, path: string): Attributes => ({
  ...none,
  verb: method.toLowerCase(),
  path,
})

function verbOf(method: string, { name, subresource }: ResourcePath, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (subresource === '' && flag(query, 'watch')) return 'watch'
      return name === '' ? 'list' : 'get'
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete'
    default:
      return ''
  }
}

/** A namespace itself counts as being inside itself: a RoleBinding there may let somebody read it. */
const namespaceOf = ({ group, plural, namespace, name }: ResourcePath): string =>
  namespace ?? (group === '' && plural === 'namespaces' ? name : '')

/** A list of the one object with this name is allowed by `resourceNames`, too. */
function nameIn(query: URLSearchParams): string {
  for (const part of (query.get('fieldSelector') ?? '').split(',')) {
    const found = /^metadata\.name==?([^=]+)$/.exec(part.trim())
    if (found?.[1]) return found[1]
  }
  return ''
}
