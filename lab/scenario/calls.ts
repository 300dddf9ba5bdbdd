import type { Behaviour, Call } from '#lab/contract.ts'

/** Short ways to write down who calls whom, and what with. */

export type RequestClass = Call['classes'][number]

interface Habits {
  optional?: boolean
  timeout?: number
  parallel?: boolean
}

/** `share` counts relative to its siblings; `classes` makes the shares sum to 1. */
export const get = (path: string, responseBytes: number, share = 1): RequestClass => ({
  share,
  method: 'GET',
  path,
  requestBytes: 0,
  responseBytes,
})

export const post = (path: string, requestBytes: number, responseBytes: number, share = 1): RequestClass => ({
  share,
  method: 'POST',
  path,
  requestBytes,
  responseBytes,
})

export const classes = (...items: RequestClass[]): RequestClass[] => {
  const total = items.reduce((sum, item) => sum + item.share, 0)
  return items.map(item => ({ ...item, share: item.share / total }))
}

export const http = (
  host: string,
  port: number,
  perRequest: number,
  items: RequestClass[],
  habits: Habits = {},
): Call => ({
  host,
  port,
  protocol: 'http',
  perRequest,
  classes: classes(...items),
  optional: habits.optional ?? false,
  timeout: habits.timeout ?? 10_000,
  parallel: habits.parallel ?? false,
})

/** gRPC methods are paths, `/package.Service/Method`, always POST. */
export const grpc = (
  host: string,
  port: number,
  perRequest: number,
  items: RequestClass[],
  habits: Habits = {},
): Call => ({
  ...http(host, port, perRequest, items, habits),
  protocol: 'grpc',
})

export const tcp = (
  host: string,
  port: number,
  perRequest: number,
  bytes: { sent: number; received: number; callsPerConnection?: number },
  habits: Habits = {},
): Call => ({
  ...http(
    host,
    port,
    perRequest,
    [{ share: 1, method: '', path: '', requestBytes: bytes.sent, responseBytes: bytes.received }],
    habits,
  ),
  protocol: 'tcp',
  tcp: {
    sentBytes: bytes.sent,
    receivedBytes: bytes.received,
    callsPerConnection: bytes.callsPerConnection ?? 400,
  },
})

/** A workload that works in `median` milliseconds (99 % within `p99`) and calls others. */
export const behaviour = (
  namespace: string,
  workload: string,
  latency: [median: number, p99: number],
  calls: Call[],
  more: Partial<Behaviour> = {},
): Behaviour => ({
  namespace,
  workload,
  latency: { median: latency[0], p99: latency[1] },
  errorRatio: 0,
  clientErrorRatio: 0,
  capacity: 400,
  calls,
  startup: 6,
  ...more,
})
