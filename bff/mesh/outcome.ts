import type { Protocol } from '#shared/mesh/node.ts'

/** How one request or connection ended, as one series says it. */
export interface Outcome {
  protocol: Protocol
  /** HTTP status; empty for TCP. */
  code: string
  /** Empty where there is none. */
  grpcStatus: string
  /** Envoy's response flags, comma-separated; `-` for none. */
  flags: string
}

/** `refused` is a refusal by policy only if the policy's own counter moved, or ztunnel says so itself. */
export type Verdict = 'fine' | 'serverError' | 'clientError' | 'maybeRefused' | 'refused'

/**
 * Telemetry rules 7 and 8. HTTP: 5xx, and 0 (no answer was sent). gRPC: by its own status, where there is one (a
 * proxy that answers in place of the server may leave it out). TCP: by flags.
 */
export function verdict({ protocol, code, grpcStatus, flags }: Outcome): Verdict {
  if (protocol === 'tcp') return isDenied(flags) ? 'refused' : hasFlags(flags) ? 'serverError' : 'fine'
  if (protocol === 'grpc' && grpcStatus !== '') {
    if (grpcStatus === '0') return 'fine'
    if (grpcStatus === '7') return 'maybeRefused'
    return grpcServerErrors.has(grpcStatus) ? 'serverError' : 'clientError'
  }
  if (code === '403') return 'maybeRefused'
  if (code === '0' || code.startsWith('5')) return 'serverError'
  return code.startsWith('4') ? 'clientError' : 'fine'
}

/** UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
export const grpcServerErrors: ReadonlySet<string> = new Set(['2', '4', '8', '12', '13', '14', '15'])

/** ztunnel's word for a connection that policy did not allow. */
const isDenied = (flags: string): boolean => flags.split(',').includes('DENY')

export const hasFlags = (flags: string): boolean => flags !== '' && flags !== '-'

/**
 * Flags of the caller's proxy that mean: the request never reached the other side, so nobody there counted it. Envoy
 * docs, access log, %RESPONSE_FLAGS%: no healthy upstream, connection failure, overflow, no route, no cluster, fault
 * injected, DNS failure. (UC and UT do reach it; URX counts attempts that each arrived.)
 */
export const neverArrivedFlags = ['UH', 'LH', 'UF', 'UO', 'NR', 'NC', 'FI', 'DF'] as const
const neverArrives: ReadonlySet<string> = new Set(neverArrivedFlags)

export const neverArrived = (flags: string): boolean => flags.split(',').some(flag => neverArrives.has(flag))
