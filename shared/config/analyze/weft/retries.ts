import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { items, number, record, text } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'
import { retriesBeyondTimeout, retriesRepeatWrites } from './messages.ts'

const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000_001 }

/** `1m30s` in milliseconds; null where it is no duration. */
export function milliseconds(written: unknown): number | null {
  const parts = text(written).match(/[\d.]+(?:h|ms|us|ns|m|s)/g) ?? []
  if (parts.length === 0 || parts.join('') !== text(written)) return null
  return parts.reduce((sum, part) => {
    const [, value = '', unit = ''] = /^([\d.]+)(\w+)$/.exec(part) ?? []
    return sum + Number(value) * (units[unit] ?? 0)
  }, 0)
}

/** Retry conditions under which the server may have done its work already. */
const afterwards = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'retriable-4xx',
])

/** Tries that do not fit into the timeout, and writes that may be done twice. */
export const retries: EachAnalyzer = {
  name: 'weft.Retries',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, _, report) {
    for (const [index, rule] of items(virtualService.spec?.['http']).entries()) {
      const written = record(rule['retries'])
      const attempts = number(written['attempts']) ?? 0
      if (attempts < 1) continue
      const path = ['spec', 'http', index, 'retries']
      const [timeout, each] = [milliseconds(rule['timeout']), milliseconds(written['perTryTimeout'])]
      if (timeout !== null && each !== null && timeout > 0 && each > 0 && each * (attempts + 1) > timeout)
        report(
          virtualService,
          retriesBeyondTimeout,
          [attempts + 1, text(written['perTryTimeout']), text(rule['timeout']), Math.floor(timeout / each)],
          {
            path: [...path, 'perTryTimeout'],
          },
        )
      const risky = text(written['retryOn'])
        .split(',')
        .map(word => word.trim())
        .filter(word => afterwards.has(word) || /^\d{3}$/.test(word))
      const methods = methodsOf(rule)
      if (risky.length > 0 && methods !== null)
        report(virtualService, retriesRepeatWrites, [methods, risky], { path: [...path, 'retryOn'] })
    }
  },
}

/** RFC 9110, 9.2.2: neither is idempotent. Null where the rule takes others too. */
function methodsOf(rule: Json): string[] | null {
  const methods = items(rule['match']).map(match => text(record(match['method'])['exact']))
  return methods.length > 0 && methods.every(method => ['POST', 'PATCH'].includes(method))
    ? [...new Set(methods)]
    : null
}
