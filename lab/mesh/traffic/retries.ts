import type { Outcome } from '#lab/mesh/decide/outcome.ts'
import { defaultRetryOn } from '#lab/mesh/snapshot/virtual-services.ts'
import { categories, category } from './categories.ts'

const defaults = { attempts: 2, on: new Set(defaultRetryOn.split(',')) }

/** Envoy docs, `x-envoy-retry-on`: which ends of a try are tried again, and how often. */
export function retriesOf(
  outcome: Outcome,
  protocol: 'http' | 'grpc' | 'tcp',
): { retries: number; retried: boolean[] } {
  const none = { retries: 0, retried: Array.from({ length: categories }, () => false) }
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
  return retried.includes(true) ? { retries: policy.attempts, retried } : none
}
