import type { Token } from '#lab/contract.ts'
import { claims } from '#lab/mesh/snapshot/http-rules.ts'

/**
 * The texts a claim holds, a nested one by its path: a text, each of a list, each word of `scope`. Numbers and the like
 * cannot be compared. See Istio docs, Authorization Policy Conditions, `request.auth.claims`.
 */
export function claimTexts(token: Token, path: readonly string[]): readonly string[] {
  let value: unknown = payloadOf(token)
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
    value = (value as Record<string, unknown>)[name]
  }
  if (typeof value === 'string') return spaced(path) ? value.split(' ').filter(word => word !== '') : [value]
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** What stands in the token's payload, the registered claims among it. */
export const payloadOf = (token: Token): Record<string, unknown> => ({
  ...token.claims,
  iss: token.issuer,
  sub: token.subject,
  aud: token.audiences,
  ...(token.presenter === undefined ? {} : { azp: token.presenter }),
})

const spaced = (path: readonly string[]) => path.length === 1 && (path[0] === 'scope' || path[0] === 'permission')

/** `[groups]` or `[realm][roles]` → the names; null where brackets do not fit. */
export function bracketed(text: string): string[] | null {
  if (!/^(\[[^[\]]+\])+$/.test(text)) return null
  return text.slice(1, -1).split('][')
}

/**
 * Istio docs, "JWT claim based routing": a gateway's VirtualService matches claims as if they were headers,
 * `@request.auth.claims.group` or `@request.auth.claims[realm][group]`. Null: the name is no claim's.
 */
export function claimHeader(name: string, token: Token | null): readonly string[] | null {
  if (!name.startsWith(claims)) return null
  const rest = name.slice(claims.length)
  const path = rest.startsWith('.') ? rest.slice(1).split('.') : bracketed(rest)
  if (path === null) return null
  return token === null ? [] : claimTexts(token, path)
}
