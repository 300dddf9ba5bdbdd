import type { Answer } from './outcome.ts'

/** Answers that proxies give by themselves. For gRPC the status travels in a trailer and the HTTP status is 200. */
export function answer(protocol: 'http' | 'grpc' | 'tcp', code: number, after = 0.3): Answer {
  if (protocol === 'tcp') return { code: 0, grpcStatus: null, after }
  if (protocol === 'http') return { code, grpcStatus: null, after }
  return { code: code === 0 ? 0 : 200, grpcStatus: grpcStatusOf(code), after }
}

/** gRPC, "HTTP to gRPC Status Code Mapping"; a timeout is the deadline's. */
export function grpcStatusOf(code: number): number {
  switch (code) {
    case 200:
      return 0
    case 400:
      return 13
    case 401:
      return 16
    case 403:
      return 7
    case 404:
      return 12
    case 429:
    case 502:
    case 503:
      return 14
    case 504:
      return 4
    default:
      return 2
  }
}

/** gRPC status → HTTP, as Envoy answers a client that speaks no gRPC. */
export function httpCodeOf(grpcStatus: number): number {
  switch (grpcStatus) {
    case 0:
      return 200
    case 1:
      return 499
    case 3:
    case 9:
    case 11:
      return 400
    case 4:
      return 504
    case 5:
      return 404
    case 6:
    case 10:
      return 409
    case 7:
      return 403
    case 8:
      return 429
    case 12:
      return 501
    case 14:
      return 503
    case 16:
      return 401
    default:
      return 500
  }
}
