/** Which of the proxies on a request's way writes: the caller's sidecar, a waypoint, the destination's, or a gateway. */
export type Side = 'outbound' | 'waypoint' | 'inbound' | 'gateway' | 'closed'

/** Code and flags as one proxy saw them. */
export interface Told {
  code: number
  grpcStatus: number | null
  flags: string
}
