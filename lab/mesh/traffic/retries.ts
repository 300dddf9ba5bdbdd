import type { Outcome } from '#lab/mesh/decide/outcome.ts'
import type { Retries } from '#lab/mesh/snapshot/rules.ts'
import { defaultRetryOn } from '#lab/mesh/snapshot/http-rules.ts'
import { categories, category } from './categories.ts'

const defaults: Retries = { attempts: 2, perTryTimeout: null, on: new Set(defaultRetryOn.split(',')) }

/** Envoy docs, `x-envoy-retry-on`: which ends of a try are tried again, and how often. */
export function retriesOf(
  outcome: Outcome,
  protocol: 'http' | 'grpc' | 'tcp',
): { retries: number; retried: boolean[] /** Milliseconds one try may take. */; perTry: number } {
  const none = {
    retries: 0,
    retried: Array.from({ length: categories }, () => false),
    perTry: Number.POSITIVE_INFINITY,
  }
  const routed =
    outcome.waypoint !== null || outcome.reports.some(report => report.reporter === 'source' && report.layer === 'http')
  const policy = outcome.retries ?? defaults
  if (protocol === 'tcp' || !routed || policy.attempts <= 0) return none
  const has = (...names: string[]) => names.some(name => policy.on.has(name))
  const isGrpc = protocol === 'grpc'
  const retried = [...none.retried]
  const codes = (code: string) => !isGrpc && has(code)
  retried[category.failed] = isGrpc ? has('internal') : has('5xx') || codes('500')
  retried[category.unavailable] = isGrpc ? has('unavailable', '5xx') : has('5xx', 'gateway-error') || codes('503')
  retried[category.deadline] = isGrpc ? has('deadline-exceeded') : has('5xx', 'gateway-error') || codes('504')
  const perTry = policy.perTryTimeout ?? none.perTry
  // A try that is given up is reset by the proxy itself.
  retried[category.timeout] = perTry < none.perTry && has('5xx', 'gateway-error', 'reset')
  return retried.includes(true) ? { retries: policy.attempts, retried, perTry } : { ...none, perTry }
}
