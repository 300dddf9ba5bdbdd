import type { User } from '#lab/kubernetes/api/request.ts'
import { StatusError } from '#lab/kubernetes/api/status.ts'
import type { Attributes } from './attributes.ts'

/** What somebody reads who may not do it, in the API server's words. */
export function refusal(user: User, attributes: Attributes, reason: string): StatusError {
  const { group, resource, name } = attributes
  const why = `${escaped(sentence(user, attributes))}${reason === '' ? '' : `: ${reason}`}`
  if (resource === '') return new StatusError(403, 'Forbidden', `forbidden: ${why}`)
  const title = group === '' ? resource : `${resource}.${group}`
  return new StatusError(403, 'Forbidden', `${title}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, {
    details: { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
  })
}

function sentence(user: User, { verb, group, resource, subresource, namespace, path }: Attributes): string {
  const who = `User ${quoted(user.name)} cannot ${verb}`
  if (resource === '') return `${who} path ${quoted(path)}`
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoted(namespace)}`
  return `${who} resource ${quoted(what)} in API group ${quoted(group)} ${where}`
}

const quoted = (text: string): string => JSON.stringify(text)

/** A page might show it: the real server takes the edge off names and paths, too. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
