/**
 * What travels over the socket. One feed = one subject in one scope (`topology` of `level=service&namespaces=shop`);
 * all who look at the same feed share one reading. State and change are the feature's own types.
 */
export type Message<State, Change> =
  /** The whole state. Sent on subscribing, on resync, and when the feed starts over (another epoch). */
  | { kind: 'snapshot'; epoch: string; version: number; at: number; state: State }
  /** From version `base` to `version`. Whoever does not hold `base` of this epoch asks for a resync. */
  | { kind: 'change'; epoch: string; base: number; version: number; at: number; change: Change }
  /** A reading failed: the last good state (of `lastGoodAt`, null if there never was one) stays and is stale. */
  | {
      kind: 'trouble'
      source: string
      since: number
      lastGoodAt: number | null
      because: string
      nextTryAt: number | null
    }

/** Names of the socket's events, for both ends. Payloads are in the comments. */
export const events = {
  /** page → BFF: Subscribe, acknowledged with Subscribed. */
  subscribe: 'subscribe',
  /** page → BFF: { feed: string }. */
  unsubscribe: 'unsubscribe',
  /**
   * page → BFF: Resync, after a gap: answered by the changes that are missing where `held` is not too far behind, else
   * (and always without `held`) by a snapshot message.
   */
  resync: 'resync',
  /** page → BFF: { feed: string }; reads at once instead of at the next tick ("Try now"). */
  refresh: 'refresh',
  /** BFF → page: (feed: string, payload: ArrayBuffer) — a Message as gzipped JSON. */
  message: 'message',
  /** BFF → page: Status, whenever a source changes its state, and on connecting. */
  status: 'status',
} as const

/** The socket.io path: separate from /api so that a proxy can treat it as the WebSocket it is. */
export const livePath = '/live'

export interface Subscribe {
  /** The subject: `topology`. */
  subject: string
  /** Its parameters as an address would carry them; parsed by the feature's own schema. */
  query: Record<string, string>
}

export interface Resync {
  feed: string
  held?: { epoch: string; version: number }
}

/** `feed` names the feed in later messages; a refusal says what was wrong with the query. */
export type Subscribed =
  | { ok: true; feed: string }
  | { ok: false; problem: { status: number; title: string; detail: string } }
