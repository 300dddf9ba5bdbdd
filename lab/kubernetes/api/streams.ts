import type { IncomingMessage } from 'node:http'
import type { Api } from './api.ts'
import type { ResourcePath } from './request.ts'
import { badRequest, methodNotAllowed, notFound, StatusError } from './status.ts'

/** `kubectl exec`, `attach` and `port-forward` turn their connection into a stream, and a kubelet answers. The lab has none. */
export const isStream = ({ group, version, plural, subresource }: ResourcePath): boolean =>
  group === '' && version === 'v1' && plural === 'pods' && ['exec', 'attach', 'portforward'].includes(subresource)

export function streamRefusal(api: Api, path: ResourcePath, { method, headers }: IncomingMessage): StatusError {
  if (method !== 'GET' && method !== 'POST') return methodNotAllowed()
  const pod = { name: 'pods', group: '', plural: 'pods', kind: 'Pod' }
  if (!api.store.get('pods', path.namespace, path.name)) return notFound(pod, path.name)
  if (headers.upgrade === undefined) return badRequest('Upgrade request required')
  const what = `${path.subresource} needs a kubelet, and the lab has none`
  return new StatusError(501, 'NotImplemented', `unable to upgrade connection: ${what}`)
}
