import type { IncomingMessage } from 'node:http'
import type { User } from '#lab/kubernetes/api/request.ts'
import { StatusError } from '#lab/kubernetes/api/status.ts'
import { aboutResource, type Attributes } from './attributes.ts'
import type { Authorizer } from './authorizer.ts'
import { refusal } from './refusal.ts'
import { serviceAccountGroups, serviceAccountIn } from './subject.ts'
import { withSystemGroup } from './system-groups.ts'

export type Headers = IncomingMessage['headersDistinct']

/**
 * Who the request shall count as: whoever asks, or, where `Impersonate-*` headers name somebody else, that one. Every
 * part of the other's identity must be allowed by the verb `impersonate` (Kubernetes documentation, "User impersonation").
 */
export function impersonate(authorizer: Authorizer, asker: User, headers: Headers): User {
  const name = headers['impersonate-user']?.[0] ?? ''
  const groups = headers['impersonate-group'] ?? []
  const uid = headers['impersonate-uid']?.[0] ?? ''
  const extra = extraOf(headers)
  const isAlone = groups.length === 0 && uid === '' && Object.keys(extra).length === 0
  if (name === '' && isAlone) return asker
  if (name === '')
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${withoutUser(groups, uid, extra)}`)

  const check = (attributes: Partial<Attributes>): void => {
    const wish = aboutResource({ verb: 'impersonate', version: 'v1', ...attributes })
    const { allowed, reason } = authorizer.authorize(asker, wish)
    if (!allowed) throw refusal(asker, wish, reason)
  }
  const account = serviceAccountIn(name)
  if (account) check({ resource: 'serviceaccounts', ...account })
  else check({ resource: 'users', name })
  for (const group of groups) check({ resource: 'groups', name: group })
  for (const [key, values] of Object.entries(extra))
    for (const value of values)
      check({ group: 'authentication.k8s.io', resource: 'userextras', subresource: key, name: value })
  if (uid !== '') check({ group: 'authentication.k8s.io', resource: 'uids', name: uid })

  const all = account && groups.length === 0 ? serviceAccountGroups(account.namespace) : [...groups]
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: withSystemGroup(name, all),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

const prefix = 'impersonate-extra-'

function extraOf(headers: Headers): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const [header, values] of Object.entries(headers))
    if (header.startsWith(prefix) && values) {
      const key = decoded(header.slice(prefix.length))
      extra[key] = [...(extra[key] ?? []), ...values]
    }
  return extra
}

/** Keys may hold what headers may not: it is percent-encoded. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    // Taken as it is written: so does the real server.
    return key
  }
}

function withoutUser(groups: readonly string[], uid: string, extra: Record<string, readonly string[]>): string {
  const parts = [
    ...groups.map(name => `Group ${name}`),
    ...Object.entries(extra).flatMap(([key, values]) => values.map(value => `UserExtra ${key}=${value}`)),
    ...(uid === '' ? [] : [`UID ${uid}`]),
  ]
  return `requested [${parts.join(', ')}] without impersonating a user`
}
