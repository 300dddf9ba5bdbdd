import type { PodRef } from '#lab/contract.ts'
import type { Hop } from '#lab/mesh/requests/pack.ts'
import { hashText, mix } from '#lab/mesh/traffic/random.ts'
import type { Directory } from './access.ts'
import { stamp } from './stamp.ts'

/** ztunnel's own access log: one line per connection at either end (Istio docs, "Verify mutual TLS", "Troubleshoot ztunnel"). */
export function ztunnelLine(hop: Hop, direction: 'outbound' | 'inbound', directory: Directory): string {
  const { facts, exchange } = hop
  const { source, waypoint, destination, stage } = facts
  const isInbound = direction === 'inbound'
  const from = isInbound && waypoint ? waypoint : source
  const to = isInbound ? destination : (waypoint ?? destination)
  const target = directory.targetPort(facts.host, facts.port)
  const isHbone = isInbound ? facts.mtls : waypoint !== null || facts.mtls
  const vip = directory.addressOf(facts.host)
  const address = to?.ip ?? vip
  const inner = !isInbound && waypoint ? `${vip}:${facts.port}` : `${address}:${target}`
  const error = errorOf(hop, direction, `${vip}:${facts.port}`)
  const [asked, answered] = error === null ? [facts.requestBytes, facts.responseBytes] : [0, 0]
  const port = 32_768 + (mix(hop.from, hashText(exchange.requestId), isHbone ? 3 : 4) % 28_000)
  const fields = [
    `src.addr=${from?.ip ?? facts.remoteAddress ?? ''}:${port}`,
    ...about('src', from, isHbone, directory),
    `dst.addr=${isHbone ? `${address}:15008` : inner}`,
    ...(isHbone ? [`dst.hbone_addr=${inner}`] : []),
    `dst.service=${quoted(facts.host)}`,
    ...about('dst', to, isHbone, directory),
    `direction=${quoted(direction)}`,
    `bytes_sent=${isInbound ? answered : asked}`,
    `bytes_recv=${isInbound ? asked : answered}`,
    `duration="${Math.floor((hop.to - hop.from) / 1000)}ms"`,
    ...(error === null ? [] : [`error=${quoted(error)}`]),
  ]
  const level = error === null ? 'info' : 'error'
  const end = stage === 'source' && isInbound ? hop.from : hop.to
  return `${stamp(exchange.start + end / 1000)}\t${level}\taccess\tconnection complete\t${fields.join(' ')}`
}

function about(side: 'src' | 'dst', pod: PodRef | null, isHbone: boolean, { trustDomain }: Directory): string[] {
  if (pod === null) return []
  const identity = `spiffe://${trustDomain}/ns/${pod.namespace}/sa/${pod.serviceAccount}`
  return [
    `${side}.workload=${quoted(pod.pod)}`,
    `${side}.namespace=${quoted(pod.namespace)}`,
    ...(isHbone ? [`${side}.identity=${quoted(identity)}`] : []),
  ]
}

/** In ztunnel's words. A refused caller hears of it as an answer of HBONE's CONNECT. */
function errorOf({ facts }: Hop, direction: 'outbound' | 'inbound', vip: string): string | null {
  const { stage, refusedBy, destination, details } = facts
  if (direction === 'inbound') {
    // Also of what no policy of anybody's refused: plaintext that STRICT does not take.
    if (stage === 'destination' && details.startsWith('connection closed due to policy rejection')) return details
    if (stage === 'source' || stage === 'waypoint')
      return 'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict'
    if (stage !== 'destination' || refusedBy === null) return null
    const policy = /^(\S+) rule \d+$/.exec(refusedBy)?.[1]
    const why = policy === undefined ? 'allow policies exist, but none allowed' : `explicitly denied by: ${policy}`
    return `connection closed due to policy rejection: ${why}`
  }
  if (stage === 'source')
    return destination === null ? `no healthy upstream: ${vip}` : 'http status: 503 Service Unavailable'
  // Behind a waypoint the connection to it is well.
  return stage === 'destination' && facts.waypoint === null && refusedBy !== null
    ? 'http status: 401 Unauthorized'
    : null
}

const quoted = (text: string): string => JSON.stringify(text)
