import type { PodRef } from '#lab/contract.ts'
import type { Facts } from '#lab/mesh/requests/pack.ts'

/** Who calls from outside when nothing says more: an address from a block kept for documentation (RFC 5737). */
export const internet = '192.0.2.44'

/** What the caller says of itself. */
export function userAgentOf(facts: Facts, source: PodRef | null): string {
  const own = facts.headers['user-agent']
  if (own !== undefined) return own
  if (source === null || source.proxy === 'gateway')
    return 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
  if (facts.protocol === 'grpc') return 'grpc-go/1.76.0'
  return source.proxy === 'none' ? 'Apache-HttpClient/4.5.14 (Java/11.0.24)' : 'Go-http-client/1.1'
}
