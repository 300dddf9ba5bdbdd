import { demand } from '#lab/kubernetes/access/access.ts'
import type { Api } from './api.ts'
import type { ResourceRequest } from './request.ts'

/** Throws 403 for a verb that the asker's own did not say: an apply of something new is a `create`, too. */
export function authorize(api: Api, request: ResourceRequest): void {
  const { verb, kind, version, subresource, namespace = '', name, user } = request
  demand(api.access, user, {
    verb,
    group: kind.group,
    version,
    resource: kind.plural,
    subresource,
    namespace,
    name,
    path: '',
  })
}
