import type { TFunction } from 'i18next'
import type { HealthReason } from '#shared/mesh/health.ts'
import { percent, roundPercent } from './format.ts'

/** `HTTP 5xx`; of calls it makes: `→ HTTP 5xx`. */
export function codesOf({ of }: Pick<HealthReason, 'of'>): string {
  if (of === undefined) return ''
  const names: Record<string, string> = { http: 'HTTP', grpc: 'gRPC', tcp: 'TCP' }
  return [of.direction === 'outbound' ? '→' : '', names[of.protocol] ?? of.protocol, of.codes]
    .filter(word => word !== '')
    .join(' ')
}

/** The rule that decided, in words: `errors ≥ 10 %`. Null where there is nothing to explain. */
export function reasonText(t: TFunction, reason: HealthReason | null): string | null {
  if (reason === null) return null
  const value = percent(reason.value)
  const threshold = roundPercent(reason.threshold)
  switch (reason.rule) {
    case 'serverErrors':
      if (reason.value === 0) return null
      return reason.threshold > 0
        ? t($ => $.side.reason.serverErrorsOver, { threshold })
        : t($ => $.side.reason.serverErrors, { value })
    case 'clientErrors':
      return t($ => $.side.reason.clientErrors, { value, threshold })
    case 'refused':
      return t($ => $.side.reason.refused, { value })
    case 'connectionErrors':
      if (reason.value === 0) return null
      return reason.threshold > 0
        ? t($ => $.side.reason.connectionErrorsOver, { threshold })
        : t($ => $.side.reason.connectionErrors, { value })
    case 'tolerance': {
      if (reason.value === 0) return null
      const { degraded = null, failing = null } = reason.limits ?? {}
      const isReached = reason.value >= (degraded ?? failing ?? 2)
      return t($ => $.side.reason[isReached ? 'tolerance' : 'tolerated'], { what: codesOf(reason), value, threshold })
    }
    case 'podsNotReady':
      if (reason.threshold === 0) return t($ => $.side.reason.noPods)
      return t($ => $.side.reason.podsNotReady, { ready: reason.value, wanted: reason.threshold })
    case 'noTraffic':
      return t($ => $.side.reason.noTraffic)
    case 'notObserved':
      return t($ => $.side.reason.notObserved)
  }
}
