import { useTranslation } from 'react-i18next'
import type { ServiceFacts } from '#shared/overview/overview.ts'
import { flagsOf } from '#web/ui/flags.ts'
import { percent } from '#web/ui/format.ts'
import { codesOf } from '#web/ui/reason.ts'

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
      case 'tolerance':
        return reason.of?.direction === 'outbound'
          ? t($ => $.worst.gets, { value, codes: codesOf({ of: { ...reason.of, direction: 'inbound' } }) })
          : t($ => $.worst.answers, { value, codes: codesOf(reason) })
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

/** Whose errors a service passes on, or how its own requests end, in words that stand after what it does. */
export function useCause(): (service: ServiceFacts) => string {
  const { t } = useTranslation('overview')
  return ({ cause, reason }) => {
    const isOfErrors =
      reason?.rule === 'serverErrors' || reason?.rule === 'connectionErrors' || reason?.rule === 'tolerance'
    if (cause === null || !isOfErrors) return ''
    const [flag] = flagsOf(cause.flags).filter(isTold)
    const how =
      flag !== undefined
        ? t($ => $.worst.flag[flag])
        : cause.code === '-' || cause.code === '0'
          ? t($ => $.worst.flag.UF)
          : t($ => $.worst.code, { code: cause.code, protocol: cause.protocol === 'grpc' ? 'gRPC' : 'HTTP' })
    if (cause.of === null) return t($ => $.worst.own, { how })
    const name = cause.of.name === '' ? t($ => $.worst.unseen) : `${cause.of.namespace}/${cause.of.name}`
    return t($ => $.worst.calls, { name, how })
  }
}

const told = ['UT', 'UO', 'UF', 'UH', 'NR', 'NC', 'FI', 'DI', 'RL', 'URX', 'UC'] as const
const isTold = (flag: string): flag is (typeof told)[number] => told.some(each => each === flag)

export const serviceHref = ({ namespace, name }: { namespace: string; name: string }): string =>
  `/services/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
