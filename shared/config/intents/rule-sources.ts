import { items, record, texts } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'

/** Who calls, in all the ways a policy may name it. */
export interface Caller {
  namespace: string
  /** `namespace/serviceAccount`. */
  account: string
  /** By the trust domain and its aliases. */
  principals: readonly string[]
}

/**
 * Whether a rule's `from` is about a caller; null where it asks for something that is not known here: addresses, tokens.
 * Istio docs, "Authorization Policy", Source: its fields have to fit all, of a field's values one, of the sources one.
 */
export function isFrom(rule: Json, caller: Caller): boolean | null {
  const from = items(rule['from']).map(each => record(each['source']))
  if (from.length === 0) return true
  const answers = from.map(source => isSource(source, caller))
  return answers.includes(true) ? true : answers.includes(null) ? null : false
}

function isSource(source: Json, { namespace, account, principals }: Caller): boolean | null {
  const said: Readonly<Record<string, readonly string[]>> = {
    principals,
    namespaces: [namespace],
    serviceAccounts: [account],
  }
  const answers = Object.entries(source).map(([field, list]): boolean | null => {
    const patterns = texts(list)
    if (patterns.length === 0) return true
    const isNot = /^not[A-Z]/.test(field)
    const values = said[isNot ? field.charAt(3).toLowerCase() + field.slice(4) : field]
    if (values === undefined) return null
    return patterns.some(pattern => values.some(value => fits(pattern, value))) !== isNot
  })
  return answers.includes(false) ? false : answers.includes(null) ? null : true
}

function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return true
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1))
  return pattern.startsWith('*') ? value.endsWith(pattern.slice(1)) : pattern === value
}
