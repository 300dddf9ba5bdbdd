import type { PodRef } from '#lab/contract.ts'
import { fillPath } from '#lab/mesh/requests/ids.ts'
import type { Facts, Hop } from '#lab/mesh/requests/pack.ts'
import { type Window, windowsOf } from '#lab/mesh/requests/windows.ts'
import { hashText, mix } from '#lab/mesh/traffic/random.ts'
import { answerOf } from '#lab/tracing/spans.ts'
import { detailsOf, failureOf } from './details.ts'
import { internet, userAgentOf } from './clients.ts'
import type { Side, Told } from './side.ts'

/** What Envoy's access log operators stand for. Null: nothing to tell, `-` in text. */
export interface Access {
  /** Milliseconds since the epoch. */
  startTime: number
  method: string | null
  path: string | null
  protocol: string | null
  code: number
  grpcStatus: number | null
  flags: string
  details: string | null
  terminationDetails: string | null
  transportFailure: string | null
  bytesReceived: number
  bytesSent: number
  /** Whole milliseconds. */
  duration: number
  upstreamServiceTime: number | null
  forwardedFor: string | null
  userAgent: string | null
  requestId: string | null
  authority: string | null
  upstreamHost: string | null
  upstreamCluster: string | null
  upstreamLocal: string | null
  downstreamLocal: string
  downstreamRemote: string
  serverName: string | null
  routeName: string | null
  traceId: string | null
  attempts: number
  /** `spiffe://…` of the two peers of this proxy, where they proved who they are. */
  downstreamPeer: string | null
  upstreamPeer: string | null
  headers: Readonly<Record<string, string>>
}

/** Where services are: what a request's own record does not hold. */
export interface Directory {
  /** Cluster IP, or another address for what has none. */
  addressOf(host: string): string
  targetPort(host: string, port: number): number
  trustDomain: string
}

/** What one proxy tells of a request. Of several tries the caller's proxy tells of the last one, with the time of all. */
export function accessOf(hop: Hop, side: Side, directory: Directory): Access {
  // A gateway tells of what came in and of what it passed on as one.
  const onward = side === 'gateway' ? hop.children.at(-1) : undefined
  const { facts } = onward ?? hop
  const { exchange } = hop
  const asked = side === 'inbound' ? facts.arriving : facts
  const port = (key: string) => 32_768 + (mix(hop.from, hashText(exchange.requestId), hashText(key)) % 28_000)
  const target = directory.targetPort(facts.host, facts.port)
  const window = windowOf(hop, side)
  const told = toldBy(facts, side)
  // Of a connection alone there is no request to tell of.
  const isTcp = facts.protocol === 'tcp' || side === 'closed'
  const details = isTcp && side !== 'closed' ? null : detailsOf(facts, side, told)
  const goesOn = reaches(facts, side, told.flags)
  const answered = !isTcp && goesOn && told.code !== 0 && details === 'via_upstream'
  const duration = Math.floor((window.to - window.from) / 1000)
  const source = side === 'gateway' ? hop.facts.source : facts.source
  const remote = (pod: PodRef | null) => pod?.ip ?? facts.remoteAddress ?? internet
  const isBroken = told.code === 0 && !isTcp
  const isRefused = side === 'closed' || (facts.refusedBy !== null && isTcp)
  return {
    startTime: exchange.start + window.from / 1000,
    method: isTcp ? null : facts.method,
    path: isTcp ? null : fillPath(asked.path, exchange.requestId),
    protocol: isTcp ? null : facts.protocol === 'grpc' ? 'HTTP/2' : 'HTTP/1.1',
    ...told,
    details,
    terminationDetails: isRefused && side === 'inbound' ? detailsOf(facts, side, told) : null,
    transportFailure: goesOn ? failureOf(facts, told.flags) : null,
    bytesReceived: isRefused ? 0 : facts.requestBytes,
    bytesSent: isBroken || isRefused ? 0 : facts.responseBytes,
    duration,
    upstreamServiceTime: answered ? Math.max(0, Math.floor((window.to - window.from - 400) / 1000)) : null,
    forwardedFor: isTcp ? null : forwardedFor(hop, side),
    userAgent: isTcp ? null : userAgentOf(facts, side === 'gateway' ? hop.facts.source : facts.source),
    requestId: isTcp ? null : exchange.requestId,
    authority: isTcp ? null : asked.authority,
    ...waysOf(facts, side, { goesOn, target, port, directory, source: remote(source) }),
    serverName: side === 'inbound' && facts.mtls ? serverName(facts) : null,
    routeName: isTcp ? null : side === 'inbound' || side === 'waypoint' ? 'default' : routeOf(facts),
    traceId: isTcp ? null : exchange.traceId,
    attempts: (onward ?? hop).attempt + (goesOn ? 1 : 0),
    downstreamPeer: peerOf(
      directory,
      side === 'inbound' ? facts.mtls : side === 'waypoint',
      facts.waypoint && side === 'inbound' ? facts.waypoint : facts.source,
    ),
    upstreamPeer: peerOf(directory, goesOn && facts.mtls && side !== 'inbound', facts.destination),
    headers: asked.headers,
  }
}

function windowOf(hop: Hop, side: Side): Window {
  switch (side) {
    case 'outbound':
      return { from: hop.begun, to: hop.to }
    case 'waypoint':
      return windowsOf(hop, hop).waypoint
    case 'inbound':
    case 'gateway':
      return windowsOf(hop, hop).destination
    case 'closed':
      return { from: hop.from, to: hop.from }
  }
}

/** Code and flags as this proxy saw them: the same that it counted. */
export function toldBy(facts: Facts, side: Side): Told {
  switch (side) {
    case 'outbound':
    case 'gateway':
      return { code: facts.code, grpcStatus: facts.grpcStatus, flags: facts.flags }
    case 'waypoint': {
      const isFirst = facts.source === null || facts.source.proxy === 'ztunnel' || facts.source.proxy === 'none'
      return isFirst
        ? { code: facts.code, grpcStatus: facts.grpcStatus, flags: facts.flags }
        : { ...answerOf(facts), flags: facts.destinationFlags }
    }
    case 'inbound':
      return { ...answerOf(facts), flags: facts.destinationFlags }
    case 'closed':
      return { code: 0, grpcStatus: null, flags: 'NR' }
  }
}

/** Did this proxy choose somebody to pass the request to? */
function reaches(facts: Facts, side: Side, flags: string): boolean {
  switch (side) {
    case 'outbound':
    case 'gateway':
      return facts.stage !== 'source' || /\b(UF|UC)\b/.test(flags)
    case 'waypoint':
      return facts.stage === 'destination' || facts.stage === 'application' || /\b(UF|UC)\b/.test(flags)
    case 'inbound':
      return facts.stage === 'application'
    case 'closed':
      return false
  }
}

interface Way {
  goesOn: boolean
  target: number
  port: (key: string) => number
  directory: Directory
  source: string
}

type Addresses = Pick<
  Access,
  'upstreamHost' | 'upstreamCluster' | 'upstreamLocal' | 'downstreamLocal' | 'downstreamRemote'
>

/** Addresses as iptables and the two listeners of a sidecar make them; 127.0.0.6 is Istio's own for inbound connections. */
function waysOf(facts: Facts, side: Side, { goesOn, target, port, directory, source }: Way): Addresses {
  const own = facts.source?.ip ?? source
  const there = facts.destination?.ip ?? directory.addressOf(facts.host)
  const vip = `${directory.addressOf(facts.host)}:${facts.port}`
  const isNowhere = facts.details === 'cluster_not_found' || /\b(NR|NC)\b/.test(facts.flags)
  switch (side) {
    case 'outbound':
    case 'gateway': {
      const first = facts.waypoint ? `${facts.waypoint.ip}:15008` : `${there}:${target}`
      return {
        upstreamHost: goesOn ? first : null,
        upstreamCluster: isNowhere && side === 'gateway' ? null : facts.upstreamCluster,
        upstreamLocal: goesOn ? `${own}:${port('up')}` : null,
        downstreamLocal: side === 'gateway' ? `${own}:80` : vip,
        downstreamRemote: `${side === 'gateway' ? source : own}:${port('down')}`,
      }
    }
    case 'waypoint':
      return {
        upstreamHost: goesOn ? `envoy://connect_originate/${there}:${target}` : null,
        upstreamCluster: `inbound-vip|${facts.port}|http|${facts.host}`,
        upstreamLocal: goesOn ? 'envoy://internal_client_address/' : null,
        downstreamLocal: vip,
        downstreamRemote: `${source}:${port('down')}`,
      }
    case 'inbound':
      return {
        upstreamHost: goesOn ? `${there}:${target}` : null,
        upstreamCluster: `inbound|${target}||`,
        upstreamLocal: goesOn ? `127.0.0.6:${port('up')}` : null,
        downstreamLocal: `${there}:${target}`,
        downstreamRemote: `${facts.waypoint?.ip ?? source}:${port('up-of-caller')}`,
      }
    case 'closed':
      return {
        upstreamHost: null,
        upstreamCluster: null,
        upstreamLocal: null,
        downstreamLocal: `${there}:${target}`,
        downstreamRemote: `${facts.waypoint?.ip ?? source}:${port('up-of-caller')}`,
      }
  }
}

/** A gateway appends its client to the header; sidecars hand on what came with it. */
function forwardedFor(hop: Hop, side: Side): string | null {
  const { facts } = hop
  const fromOutside = side === 'gateway' ? facts.source === null : facts.source?.proxy === 'gateway'
  return fromOutside ? (facts.remoteAddress ?? internet) : (facts.headers['x-forwarded-for'] ?? null)
}

/** `outbound|8080|v1|host` is asked for as `outbound_.8080_.v1_.host` in the handshake; ztunnel asks for no name. */
const serverName = ({ upstreamCluster, source, waypoint }: Facts): string | null => {
  if (waypoint === null && source?.proxy === 'ztunnel') return null
  const [direction, port, subset, host] = upstreamCluster.split('|')
  return direction === 'outbound' && host !== undefined ? `outbound_.${port}_.${subset}_.${host}` : null
}

const routeOf = (facts: Facts): string | null => {
  if (/\bNR\b/.test(facts.flags)) return null
  return facts.upstreamCluster === 'PassthroughCluster' ? 'allow_any' : facts.routeName
}

const peerOf = (directory: Directory, isProven: boolean, pod: PodRef | null): string | null =>
  isProven && pod ? `spiffe://${directory.trustDomain}/ns/${pod.namespace}/sa/${pod.serviceAccount}` : null
