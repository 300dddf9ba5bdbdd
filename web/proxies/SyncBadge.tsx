import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '#shared/mesh/health.ts'
import type { PodRow, SyncState } from '#shared/proxies/api.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { none } from '#web/ui/format.ts'

const healthOf: Record<SyncState, Health> = {
  synced: 'healthy',
  stale: 'degraded',
  unknown: 'failing',
  unheard: 'unknown',
}

/** Whether a proxy has what istiod sent it: shape and word, and in words what it has not. */
export function SyncBadge({ sync }: { sync: PodRow['sync'] }): ReactNode {
  const { t } = useTranslation('proxies')
  if (sync === null) return none
  const types = sync.behind
    .map(({ type, because }) => (because === null ? type : t($ => $.sync.refused, { type, because })))
    .join('; ')
  const title = {
    synced: t($ => $.sync.syncedTitle),
    stale: t($ => $.sync.staleTitle, { types }),
    unknown: t($ => $.sync.unknownTitle),
    unheard: t($ => $.sync.unheardTitle),
  }[sync.state]
  return (
    <span title={title}>
      <HealthBadge health={healthOf[sync.state]}>{t($ => $.sync[sync.state])}</HealthBadge>
    </span>
  )
}
