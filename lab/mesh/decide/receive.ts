import type { GatewayPort, Server } from '#lab/mesh/snapshot/gateways.ts'
import { hostOnly, patternsFor } from '#lab/mesh/snapshot/hosts.ts'
import type { HttpRule, Route } from '#lab/mesh/snapshot/rules.ts'
import type { Flow } from './outcome.ts'

/** What becomes of a flow at the door of a gateway, before any rule is read. */
export type Reception =
  /** Nobody listens, the handshake fails, or no filter chain fits: there never is a request to tell of. */
  | { kind: 'closed'; details: string }
  /** Undefined rules: no route has such a Host. */
  | { kind: 'http'; rules: readonly HttpRule[] | undefined }
  | { kind: 'toHttps' }
  | { kind: 'connection'; routes: readonly Route[] }
  /** Istio's own name in the handshake says which cluster is meant: `outbound_.8080_.v1_.back.shop.svc.cluster.local`. */
  | { kind: 'named'; port: number; subset: string | null; host: string }

/** @param now milliseconds since the epoch. */
export function receive(at: GatewayPort | undefined, flow: Flow, now: number): Reception {
  if (at === undefined) return { kind: 'closed', details: 'connection_refused' }
  return flow.sni === null ? receivePlain(at, flow) : receiveTls(at, flow, flow.sni.toLowerCase(), now)
}

const noChain: Reception = { kind: 'closed', details: 'filter_chain_not_found' }

/** The proxies of the mesh speak their own TLS, which only ISTIO_MUTUAL asks for. */
function receivePlain({ servers, http }: GatewayPort, flow: Flow): Reception {
  const isOpen = ({ tls }: Server) => tls === null || (tls.mode === 'ISTIO_MUTUAL' && flow.passedOn)
  const open = servers.filter(isOpen)
  if (flow.protocol === 'tcp') {
    const connections = open.filter(server => server.speaks === 'tcp')
    return connections.length > 0 ? { kind: 'connection', routes: connections.flatMap(one => one.routes) } : noChain
  }
  const host = hostOnly(flow.host)
  const mutual = mostSpecific(
    open.filter(server => server.speaks === 'http' && server.tls !== null),
    host,
  )
  if (mutual) return { kind: 'http', rules: mutual.http.find(host) }
  const plain = open.filter(server => server.speaks === 'http' && server.tls === null)
  if (plain.length > 0)
    return mostSpecific(plain, host)?.redirects ? { kind: 'toHttps' } : { kind: 'http', rules: http.find(host) }
  // HTTP on a port for connections is bytes like any other.
  return open.length > 0 ? { kind: 'connection', routes: open.flatMap(one => one.routes) } : noChain
}

function receiveTls({ servers }: GatewayPort, flow: Flow, sni: string, now: number): Reception {
  const server = mostSpecific(
    servers.filter(one => one.tls !== null),
    sni,
  )
  if (!server?.tls) return noChain
  switch (server.tls.mode) {
    case 'PASSTHROUGH':
      return { kind: 'connection', routes: server.routes }
    case 'AUTO_PASSTHROUGH':
      return namedBy(sni)
    case 'MUTUAL':
    case 'ISTIO_MUTUAL':
      // No client of the lab has a certificate but the mesh's own.
      return { kind: 'closed', details: 'tls_error:client_certificate_required' }
    case 'SIMPLE':
    case 'OPTIONAL_MUTUAL':
      if (server.tls.validUntil === null) return { kind: 'closed', details: 'tls_error:no_certificate' }
      // Envoy serves it all the same: it is the client that hangs up (RFC 8446 §6.2).
      if (server.tls.validUntil <= now) return { kind: 'closed', details: 'tls_error:certificate_expired' }
      if (server.speaks === 'tcp') return { kind: 'connection', routes: server.routes }
      return flow.protocol === 'tcp' ? noChain : { kind: 'http', rules: server.http.find(hostOnly(flow.host)) }
  }
}

function namedBy(sni: string): Reception {
  const [direction, port = '', subset = '', ...host] = sni.split('_.')
  if (direction !== 'outbound' || !/^\d+$/.test(port)) return noChain
  return { kind: 'named', port: Number(port), subset: subset === '' ? null : subset, host: host.join('_.') }
}

function mostSpecific(servers: readonly Server[], host: string): Server | undefined {
  for (const pattern of patternsFor(host)) {
    const found = servers.find(server => server.hosts.includes(pattern))
    if (found) return found
  }
  return undefined
}
