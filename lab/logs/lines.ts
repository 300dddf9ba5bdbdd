import type { PodRef } from '#lab/contract.ts'
import { type Facts, type Hop, type Packed, requestsIn } from '#lab/mesh/requests/pack.ts'
import { windowsOf } from '#lab/mesh/requests/windows.ts'
import type { Side } from './side.ts'

/** Who writes: a proxy's access log, ztunnel's on the pod's node, the application that served, or the one that began. */
export type Writer = Side | 'ztunnel-outbound' | 'ztunnel-inbound' | 'application' | 'caller'

/** Told of each line that a request leaves. `time` is milliseconds since the epoch. */
export type Put = (writer: Writer, pod: PodRef, hop: Hop, time: number) => void

/** Every line that a request and all it caused leave in the logs of the containers they met. */
export function linesOf(packed: Packed, put: Put): void {
  const [{ exchange, facts }] = packed
  const at: Put = (writer, pod, hop, micros) => put(writer, pod, hop, exchange.start + micros / 1000)
  follow(packed, at)
  const last = packed.at(-1)
  if (facts.source !== null && last) at('caller', facts.source, last, last.to)
}

function follow(hops: readonly Hop[], put: Put): void {
  for (const attempts of requestsIn(hops)) {
    const last = attempts.at(-1) ?? attempts[0]
    const { source } = last.facts
    if (source?.proxy === 'sidecar' && !last.facts.isMirror) put('outbound', source, last, last.to)
    if (source?.proxy === 'ztunnel') put('ztunnel-outbound', source, last, last.to)
    for (const hop of attempts) {
      arrive(hop, put)
      follow(hop.children, put)
    }
  }
}

function arrive(hop: Hop, put: Put): void {
  const { facts } = hop
  const { stage, destination, waypoint } = facts
  const windows = windowsOf(hop, hop)
  if (waypoint && stage !== 'source') put('waypoint', waypoint, hop, windows.waypoint.to)
  if (destination === null) return
  if (stage === 'source' || stage === 'waypoint') {
    if (!isClosed(facts)) return
    if (destination.proxy === 'sidecar') put('closed', destination, hop, hop.from)
    if (destination.proxy === 'ztunnel') put('ztunnel-inbound', destination, hop, hop.from)
    return
  }
  const end = windows.destination.to
  if (stage === 'application' && destination.proxy !== 'gateway') put('application', destination, hop, end)
  switch (destination.proxy) {
    case 'sidecar':
      return put('inbound', destination, hop, end)
    case 'ztunnel':
      return put('ztunnel-inbound', destination, hop, end)
    case 'gateway':
      return put('gateway', destination, hop, end)
    case 'waypoint':
    case 'none':
  }
}

/** The destination's listener had no filter chain for what was sent: plaintext into STRICT. */
const isClosed = ({ flags, source }: Facts): boolean =>
  /\bUC\b/.test(flags) || (flags === '-' && source?.proxy === 'none')
