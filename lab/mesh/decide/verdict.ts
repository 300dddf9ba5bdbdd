import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { bitsOf } from './addresses.ts'
import type { EnforcementPoint } from './attach.ts'
import { authorize, type Verdict } from './authorize.ts'
import { headerOf, withoutQuery } from './match.ts'
import { normalizePath } from './normalize-path.ts'
import type { Flow, RbacCount } from './outcome.ts'
import { type Facts, identityOf } from './request-facts.ts'
import { headersOf } from './token-place.ts'

/** The connection a request comes by, as the enforcement point sees it. */
export interface Arrival {
  /** Null: from outside the cluster. */
  peer: Workload | null
  /** What its certificate proves; null over plaintext. */
  principal: string | null
  sni: string | null
  destinationAddress: string
  port: number
}

/** What the policies at an enforcement point say of a flow. */
export const verdictAt = (snapshot: Snapshot, point: EnforcementPoint, flow: Flow, arrival: Arrival): Verdict =>
  authorize(snapshot, point, factsOf(snapshot, flow, arrival))

export function factsOf({ config }: Snapshot, flow: Flow, arrival: Arrival): Facts {
  const { peer, principal, sni, destinationAddress, port } = arrival
  const address = (peer === null ? flow.remoteAddress : peer.ready[0]?.ip) ?? ''
  return {
    identity: identityOf(principal),
    address,
    clientAddress: clientAddress(flow, peer, address, config.numTrustedProxies),
    destinationAddress,
    port,
    sni,
    http:
      flow.protocol === 'tcp'
        ? null
        : {
            method: flow.method,
            authority: authorityOf(flow),
            path: normalizePath(withoutQuery(flow.path), config.pathNormalization),
            whole:
              normalizePath(withoutQuery(flow.path), config.pathNormalization) +
              flow.path.slice(withoutQuery(flow.path).length),
            headers: headersOf(flow),
            token: flow.validated,
          },
  }
}

/** Clients name the port in `:authority` unless it is the usual one. */
export const authorityOf = ({ host, port }: Flow): string =>
  port === 80 || port === 443 || host.includes(':') ? host : `${host}:${port}`

/**
 * Envoy docs, `x-forwarded-for`: a gateway believes as many proxies before it as it was told of, and adds its own peer;
 * a proxy behind it believes the last address. On TCP there is only the peer.
 */
function clientAddress(flow: Flow, peer: Workload | null, address: string, trustedProxies: number): string {
  if (flow.protocol === 'tcp') return address
  const told = (headerOf(flow, 'x-forwarded-for') ?? '')
    .split(',')
    .map(item => item.trim())
    .filter(item => bitsOf(item) !== null)
  if (peer === null) return trustedProxies === 0 ? address : (told.at(-trustedProxies) ?? address)
  const added = peer.proxy === 'gateway' ? flow.remoteAddress : null
  return added ?? told.at(-1) ?? address
}

/** What the point's RBAC filters count; nothing where no policy applies. */
export const countOf = (at: Workload, flow: Flow, port: number, verdict: Verdict): RbacCount[] =>
  verdict.counts.map(count => ({ at, port, layer: flow.protocol === 'tcp' ? 'tcp' : 'http', ...count }))
