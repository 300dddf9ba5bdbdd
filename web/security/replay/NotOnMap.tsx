import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { CallOnMap } from './on-map.ts'

/** Calls whose ends the map does not draw: callers from outside, workloads that nobody sees just now. */
export function NotOnMap({ calls }: { calls: readonly Pick<CallOnMap, 'source' | 'destination'>[] }): ReactNode {
  const { t } = useTranslation('security')
  const name = ({ namespace, workload }: CallOnMap['source']) =>
    workload === '' ? t($ => $.caller.outside) : `${namespace}/${workload}`
  const names = calls.slice(0, 6).map(({ source, destination }) => `${name(source)} → ${name(destination)}`)
  return (
    <p className="note" role="status">
      {t($ => $.replay.notOnMap, {
        count: calls.length,
        names: calls.length > names.length ? `${names.join(', ')}, …` : names.join(', '),
      })}
    </p>
  )
}
