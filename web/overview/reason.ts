import { useTranslation } from 'react-i18next'
import type { ServiceFacts } from '#shared/overview/overview.ts'
import { percent } from '#web/ui/format.ts'

/** Why a service is as it is, in words that stand after its name. */
export function useReason(): (service: ServiceFacts) => string {
  const { t } = useTranslation('overview')
  return ({ reason }) => {
    if (reason === null) return t($ => $.worst.other)
    const value = percent(reason.value)
    switch (reason.rule) {
      case 'serverErrors':
        return t($ => $.worst.fails, { value })
      case 'connectionErrors':
        return t($ => $.worst.connections, { value })
      case 'clientErrors':
        return t($ => $.worst.client, { value })
      case 'refused':
        return t($ => $.worst.denied, { value })
      case 'podsNotReady':
        return reason.threshold === 0
          ? t($ => $.worst.noPods)
          : t($ => $.worst.pods, { ready: reason.value, wanted: reason.threshold })
      case 'noTraffic':
      case 'notObserved':
        return t($ => $.worst.other)
    }
  }
}

export const serviceHref = ({ namespace, name }: { namespace: string; name: string }): string =>
  `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
