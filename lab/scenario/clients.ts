import type { Token } from '#lab/contract.ts'
import type { RequestClass } from './calls.ts'

/** People outside: where they come from and whom they say they are. Addresses are those of documentation (RFC 5737, RFC 3849). */

export const addresses = {
  home: '203.0.113.24',
  office: '203.0.113.130',
  mobile: '2001:db8:7:1::5',
  partner: '192.0.2.40',
} as const

export const tokenOf = (
  issuer: string,
  audience: string,
  subject: string,
  claims: Record<string, unknown>,
  state: Token['state'] = 'valid',
): Token => ({ issuer, subject, audiences: [audience], presenter: 'web', claims, state })

export const from = (remoteAddress: string, item: RequestClass): RequestClass => ({ ...item, remoteAddress })

/** What the client says of itself and its user, in lower case. */
export const saying = (headers: Record<string, string>, item: RequestClass): RequestClass => ({
  ...item,
  headers: { ...item.headers, ...headers },
})

export const browsers = {
  phone: { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Mobile/15E148 Safari/604.1' },
  beta: { 'x-beta-tester': 'true' },
} as const

/** Signed in. */
export const as = (token: Token, remoteAddress: string, item: RequestClass): RequestClass => ({
  ...item,
  remoteAddress,
  token,
})

export const shopIssuer = 'https://login.shop.example'
export const shopAudience = 'shop.example'

export const shopper = {
  ada: tokenOf(shopIssuer, shopAudience, 'ada', { groups: ['customers'], scope: 'read order' }),
  grace: tokenOf(shopIssuer, shopAudience, 'grace', { groups: ['customers', 'gold'], scope: 'read order' }),
  /** Left the page open for too long. */
  late: tokenOf(shopIssuer, shopAudience, 'edsger', { groups: ['customers'], scope: 'read order' }, 'expired'),
} as const

export const companyIssuer = 'https://login.company.example'

export const employee = {
  alan: tokenOf(companyIssuer, 'company.example', 'alan', { groups: ['staff'] }),
  late: tokenOf(companyIssuer, 'company.example', 'kurt', { groups: ['staff'] }, 'expired'),
} as const
