import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServicePage } from '#shared/services/api.ts'
import { logsOf } from '#web/services/address.ts'
import type { Named } from '#web/services/query.ts'
import { goes } from './parts.ts'

/** The ways to the logs of the workloads behind it. */
export function Logs(props: { state: ServicePage; named: Named; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('services')
  const { row } = props.state
  const workloads = props.named.of === 'workloads' ? [row.name] : row.related
  return (
    <section className="card service-card">
      <header>
        <h2>{t($ => $.page.logs)}</h2>
      </header>
      <div className="body">
        {workloads.length === 0 ? (
          <p className="t2">{t($ => $.page.noLogs)}</p>
        ) : (
          workloads.map(name => {
            const href = logsOf(row.namespace, name)
            return (
              <a key={name} href={href} onClick={goes(props.onGo, href)}>
                {t($ => $.page.openLogs, { name })}
              </a>
            )
          })
        )}
      </div>
    </section>
  )
}
