import { readBlock } from '#lab/mesh/decide/addresses.ts'
import type { StringMatch } from '#lab/mesh/snapshot/string-match.ts'
import { readPattern } from '#lab/mesh/snapshot/string-match.ts'
import type { Message } from './proto.ts'
import { escaped, stringMatch } from './route-match.ts'

/** The smallest parts of Envoy's RBAC rules (Envoy docs, RBAC, Permission and Principal): one value each. */

export const principalId = (value: string): Message => authenticated(spiffePattern(value))

function spiffePattern(value: string): Message {
  if (value === '*') return { safe_regex: { regex: '.+' } }
  if (value.startsWith('*')) return { safe_regex: { regex: `spiffe://.*${escaped(value.slice(1))}` } }
  if (value.endsWith('*')) return { prefix: `spiffe://${value.slice(0, -1)}` }
  return { exact: `spiffe://${value}` }
}

const authenticated = (name: Message): Message => ({ authenticated: { principal_name: name } })

export const namespaceId = (value: string): Message =>
  authenticated({ safe_regex: { regex: `.*/ns/${value.split('*').map(escaped).join('.*')}/.*` } })

/** `namespace/name`, or a name in the policy's own namespace. */
export const accountId = (value: string, own: string): Message => {
  const [namespace, name] = value.includes('/') ? value.split('/') : [own, value]
  return authenticated({
    safe_regex: { regex: `spiffe://.+/ns/${escaped(namespace ?? '')}/sa/${escaped(name ?? '')}` },
  })
}

/** Null: no address. */
export function addressRange(value: string): Message | null {
  if (readBlock(value) === null) return null
  const [address_prefix = '', length] = value.split('/')
  return { address_prefix, prefix_len: Number(length ?? (address_prefix.includes(':') ? 128 : 32)) }
}

export const header = (name: string, value: string): Message =>
  value === '*' ? { header: { name, present_match: true } } : { header: { name, string_match: text(value) } }

export const text = (value: string): Message => presence(readPattern(value))

const presence = (match: StringMatch): Message =>
  match.kind === 'present' ? { safe_regex: { regex: '.+' } } : stringMatch(match)

/** A path as policies write it, with templates. */
export function urlPath(value: string): Message {
  if (!value.includes('{')) return { url_path: { path: text(value) } }
  const regex = value
    .split(/(\{\*\*\}|\{\*\})/)
    .map(part => (part === '{**}' ? '.*' : part === '{*}' ? '[^/]+' : escaped(part)))
    .join('')
  return { url_path: { path: { safe_regex: { regex } } } }
}

/** A claim of a token that was validated. */
export const claim = (path: readonly string[], value: string): Message => ({
  metadata: {
    filter: 'envoy.filters.http.jwt_authn',
    path: ['payload', ...path].map(key => ({ key })),
    value: {
      or_match: {
        value_matchers: [{ string_match: text(value) }, { list_match: { one_of: { string_match: text(value) } } }],
      },
    },
  },
})

/** `issuer/subject`, split where the subject begins; a star alone asks for any token. */
export function requestPrincipal(value: string): Message {
  const slash = value.lastIndexOf('/')
  if (slash < 0 || value === '*') return claim(['iss'], value)
  return { and_ids: { ids: [claim(['iss'], value.slice(0, slash)), claim(['sub'], value.slice(slash + 1))] } }
}
