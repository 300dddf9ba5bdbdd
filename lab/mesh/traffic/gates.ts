import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { TokenBucket } from '#lab/mesh/snapshot/rate-limit.ts'
import type { ConnectionPool } from '#lab/mesh/snapshot/traffic-policy.ts'
import { queue } from './erlang.ts'

/** Per second, as the last step had it: how many, and how much of something each of them brought. */
export interface Load {
  rate: number
  work: number
}

/** Something that lets a part of the requests through and answers the rest by itself. */
export type Gate = Pool | Bucket

/** The connections of one workload's proxies to one cluster. The work of its load is the time requests take, in milliseconds. */
export interface Pool {
  kind: 'pool'
  key: string
  limits: ConnectionPool
  protocol: 'http' | 'grpc' | 'tcp'
  /** Proxies that have one each, and pods that each keep a connection at least. */
  proxies: number
  pods: number
  load: Load
  retries: Load
  /** Share let through, now; of retries too. */
  passing: number
  retriesPassing: number
  /** Milliseconds spent waiting for a connection, now. */
  wait: number
}

/** Tokens of a local rate limit, one bucket in each proxy. */
export interface Bucket {
  kind: 'bucket'
  key: string
  /** Whose proxies have one each, and how they name what they count. */
  at: Workload
  pods: readonly Pod[]
  statPrefix: string
  tokens: TokenBucket
  /** Share of the requests that are counted at all, and of those over the limit that are really stopped. */
  enabled: number
  enforced: number
  load: Load
  passing: number
  /** Of the requests that are counted, the share over the limit, now. */
  over: number
  /** Tokens that each has until it is settled again, and milliseconds since the last fill. */
  available: number
  sinceFill: number
}

export const noLoad = (): Load => ({ rate: 0, work: 0 })

/** @param seconds since the last time. */
export function settleGate(gate: Gate, seconds: number): void {
  if (gate.kind === 'pool') settlePool(gate)
  else settleBucket(gate, seconds)
}

/** Envoy docs, "Circuit breaking". How many are under way at once follows from rate and duration (Little's law). */
function settlePool(pool: Pool): void {
  const { limits, load, retries, protocol } = pool
  const proxies = Math.max(1, pool.proxies)
  const busy = load.work / 1000 / proxies
  const places = placesOf(pool)
  const { lost, waiting } = places === null ? { lost: 0, waiting: 0 } : queue(busy, places.served, places.waiting)
  pool.passing = 1 - lost
  const passed = (load.rate / proxies) * pool.passing
  pool.wait = passed > 0 ? (waiting / passed) * 1000 : 0
  const again = limits.maxRetries
  pool.retriesPassing =
    again === null || protocol === 'tcp' ? 1 : 1 - queue(retries.work / 1000 / proxies, again, 0).lost
}

/** How many may be served at once, and how many may wait for it; null: without limit. */
function placesOf({ limits, protocol, pods }: Pool): { served: number; waiting: number } | null {
  const { maxConnections, http1MaxPendingRequests, http2MaxRequests } = limits
  // Each pod that is chosen has one connection at least, whatever the limit.
  const connections = maxConnections === null ? null : Math.max(maxConnections, pods)
  if (protocol === 'tcp') return connections === null ? null : { served: connections, waiting: 0 }
  const isHttp2 = protocol === 'grpc' || limits.isUpgraded
  // Many requests share a connection of HTTP/2; of HTTP/1.1 one after the other.
  if (isHttp2 || connections === null)
    return http2MaxRequests === null ? null : { served: http2MaxRequests, waiting: 0 }
  if (http2MaxRequests !== null && http2MaxRequests <= connections) return { served: http2MaxRequests, waiting: 0 }
  return { served: connections, waiting: http1MaxPendingRequests ?? Number.POSITIVE_INFINITY }
}

/** Envoy docs, "Local rate limit": every interval some tokens more, up to the most there may be. */
function settleBucket(bucket: Bucket, seconds: number): void {
  const { most, perFill, interval } = bucket.tokens
  const asked = (bucket.load.rate / Math.max(1, bucket.pods.length)) * bucket.enabled
  // Since the last time as many were spent as there were, or as were asked for.
  const rest = Math.max(0, bucket.available - asked * seconds)
  const isQuick = interval <= seconds * 1000
  if (isQuick) {
    // Fills come all the time: what comes until the next time may be spent at once.
    bucket.available = Math.min(most, rest) + (perFill * seconds * 1000) / interval
  } else {
    bucket.sinceFill += seconds * 1000
    const fills = Math.floor(bucket.sinceFill / interval)
    bucket.sinceFill -= fills * interval
    bucket.available = Math.min(most, rest + fills * perFill)
  }
  const wanted = asked * seconds
  bucket.over = wanted > bucket.available ? 1 - bucket.available / wanted : 0
  bucket.passing = 1 - bucket.enabled * bucket.over * bucket.enforced
}
