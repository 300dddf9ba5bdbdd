import type { Hop } from '#lab/mesh/requests/pack.ts'
import type { Life } from './living.ts'

/** What really became of requests at each door they came to: of the lab's own records, not of what proxies tell. */

export interface Fate {
  passed: number
  refused: number
}

/** `namespace/workload > namespace/workload by sidecar http`; callers from outside have no name, ztunnel knows connections only. */
export const doorOf = (source: string, destination: string, by: string, protocol: string): string =>
  `${source} > ${destination} by ${by}${by === 'ztunnel' ? '' : ` ${protocol}`}`

/** @param since of the requests that began then, milliseconds since the epoch. */
export function fatesIn(life: Life, since: number): Map<string, Fate> {
  const fates = new Map<string, Fate>()
  const note = (door: string, isPassed: boolean) => {
    const fate = fates.get(door) ?? { passed: 0, refused: 0 }
    fates.set(door, fate)
    fate[isPassed ? 'passed' : 'refused']++
  }
  const walk = (hop: Hop): void => {
    doorsOf(hop, note)
    for (const child of hop.children) walk(child)
  }
  for (const packed of life.thrown) if (packed[0].exchange.start >= since) for (const hop of packed) walk(hop)
  return fates
}

const nameOf = (pod: { namespace: string; workload: string } | null) =>
  pod === null ? '' : `${pod.namespace}/${pod.workload}`

function doorsOf({ facts }: Hop, note: (door: string, isPassed: boolean) => void): void {
  const { source, destination, waypoint, stage, details, host, protocol } = facts
  // Of what comes to a gateway, its own call onward tells.
  if (source === null) return
  const isRefused = refusal.test(details)
  if (source.proxy === 'gateway')
    note(doorOf('', nameOf(source), 'gateway', protocol), !(stage === 'source' && isRefused))
  const [service = '', namespace = ''] = host.split('.')
  if (waypoint !== null && stage !== 'source')
    note(doorOf(nameOf(source), `${namespace}/${service}`, 'waypoint', protocol), !(stage === 'waypoint' && isRefused))
  if (destination === null || (destination.proxy !== 'sidecar' && destination.proxy !== 'ztunnel')) return
  if (stage !== 'application' && !isRefused) return
  note(doorOf(nameOf(waypoint ?? source), nameOf(destination), destination.proxy, protocol), stage === 'application')
}

/** Envoy's and ztunnel's words for what policies refuse: authorization, tokens, plaintext where mTLS is asked for. */
const refusal =
  /^(rbac_access_denied|connection closed due to policy rejection|jwt_authn|ext_authz_denied|filter_chain_not_found|upstream_reset_before_response_started\{connection_termination\})/
