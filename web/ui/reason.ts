import type { TFunction } from 'i18next'
import type { HealthReason } from '#shared/mesh/health.ts'
import { percent, roundPercent } from './format.ts'

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
    case 'podsNotReady':
      if (reason.threshold === 0) return t($ => $.side.reason.noPods)
      return t($ => $.side.reason.podsNotReady, { ready: reason.value, wanted: reason.threshold })
    case 'noTraffic':
      return t($ => $.side.reason.noTraffic)
    case 'notObserved':
      return t($ => $.side.reason.notObserved)
  }
}
