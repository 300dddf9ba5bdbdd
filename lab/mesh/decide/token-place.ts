import type { JwtRule } from '#lab/mesh/snapshot/request-authentications.ts'
import { headerOf } from './match.ts'
import type { Flow } from './outcome.ts'

/**
 * Where a request carries its token: `Authorization: Bearer` unless `{token}` stands elsewhere, in a header, a cookie
 * or a parameter of its path.
 */
const carrier = '{token}'

/** Where a rule finds the token of a flow; null: it does not look there. Not whole: something else stands before it. */
export function tokenAt(rule: JwtRule, flow: Flow): { isWhole: boolean } | null {
  const isUsual = rule.fromHeaders.length + rule.fromParams.length + rule.fromCookies.length === 0
  const headers = isUsual ? [{ name: 'authorization', prefix: 'Bearer ' }] : rule.fromHeaders
  for (const { name, prefix } of headers) {
    const value = headerWith(flow, name)
    if (value?.includes(carrier) && value.startsWith(prefix)) return { isWhole: value.slice(prefix.length) === carrier }
  }
  const query = flow.path.indexOf('?')
  const parameters = new URLSearchParams(query < 0 ? '' : flow.path.slice(query))
  const names = isUsual ? ['access_token'] : rule.fromParams
  if (names.some(name => parameters.get(name) === carrier)) return { isWhole: true }
  const cookies = (headerOf(flow, 'cookie') ?? '').split(';').map(part => part.trim())
  return rule.fromCookies.some(name => cookies.includes(`${name}=${carrier}`)) ? { isWhole: true } : null
}

function headerWith(flow: Flow, name: string): string | undefined {
  const own = headerOf(flow, name)
  return own === undefined && name === 'authorization' && !isElsewhere(flow) ? `Bearer ${carrier}` : own
}

const isElsewhere = (flow: Flow): boolean =>
  flow.path.includes(carrier) || Object.values(flow.headers).some(value => value.includes(carrier))

/** The headers as proxies see them: the token's own among them. */
export const headersOf = (flow: Flow): Flow['headers'] =>
  flow.token === null || isElsewhere(flow) ? flow.headers : { ...flow.headers, authorization: `Bearer ${carrier}` }
