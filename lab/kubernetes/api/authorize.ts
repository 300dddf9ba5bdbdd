import type { Api } from './api.ts'
import type { ResourceRequest } from './request.ts'
import { forbidden } from './status.ts'

/** Refuses (403) what the user may not do. */
export function authorize(api: Api, request: ResourceRequest): void {
  const { verb, kind, version, subresource, namespace = '', name, user } = request
  const resource = kind.plural
  const { allowed } = api.authorize(user, {
    verb,
    group: kind.group,
    version,
    resource,
    subresource,
    namespace,
    name,
    path: '',
  })
  if (allowed) return
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  throw forbidden(
    kind,
    name,
    `User "${user.name}" cannot ${verb} resource "${what}" in API group "${kind.group}" ${where}`,
  )
}
