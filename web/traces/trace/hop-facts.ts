import type { Span } from '#shared/mesh/span.ts'
import { podOf } from '#web/traces/links.ts'
import { flagsOf } from '#web/ui/flags.ts'
import { clusterOf, flagsText, statusOf } from './envoy.ts'

/** A hop as its span tells it, for who knows what is written about it. */
export interface HopFacts {
  side: 'caller' | 'callee'
  /** Empty: into the pod itself, or not told. */
  host: string
  pod: { namespace: string; name: string } | null
  /** Envoy's response flags, and the status as HTTP says it. */
  signs: readonly string[]
}

/** PERMISSION_DENIED and UNAUTHENTICATED are what HTTP calls 403 and 401 (gRPC documentation, "Status codes"). */
const asHttp: Readonly<Partial<Record<string, string>>> = { '7': '403', '16': '401' }

export function hopFactsOf(span: Span): HopFacts {
  const status = statusOf(span)
  const code = status === null ? [] : status.protocol === 'grpc' ? (asHttp[status.code] ?? []) : status.code
  return {
    side: span.kind === 'client' ? 'caller' : 'callee',
    host: clusterOf(span)?.host ?? '',
    pod: podOf(span),
    signs: [...flagsOf(flagsText(span)), ...[code].flat()],
  }
}
