import type { Status } from '#shared/mesh/source.ts'

/** The names under which the query cache holds what everybody looks at. */
export const statusKey = ['status'] as const
export const connectionKey = ['connection'] as const
export const liveName = 'live'
export const liveKey = (subject: string, query: Record<string, string>): readonly unknown[] => [
  liveName,
  subject,
  query,
]

/** The socket: `connecting` until it first stands, `cut` since it last fell. Times are the browser's. */
export interface Connection {
  state: 'connecting' | 'live' | 'cut'
  since: number
}

/** A status and how far the BFF's clock is ahead of the browser's, so that ages are told by one clock. */
export interface SeenStatus extends Status {
  /** Milliseconds to add to the browser's clock. */
  skew: number
}
export const withSkew = (status: Status, now: number): SeenStatus => ({ ...status, skew: status.now - now })
