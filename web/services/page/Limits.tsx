import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServicePage } from '#shared/services/api.ts'
import { none, percent, roundPercent } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Rich } from '#web/ui/Rich.tsx'
import { reasonText } from '#web/ui/reason.ts'

/** How its health came about: the rules, what each saw, and where the limits are. */
export function Limits({ state }: { state: ServicePage }): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const { row, thresholds } = state
  const reason = reasonText(say, row.reason)
  const error = row.isTcp ? ('connectionErrors' as const) : ('serverErrors' as const)
  const rules = [
    { id: error, limits: thresholds[error], value: row.errorRatio },
    {
      id: 'clientErrors' as const,
      limits: { degraded: thresholds.clientErrors.degraded, failing: null },
      value: row.reason?.rule === 'clientErrors' ? row.reason.value : null,
    },
  ]
  return (
    <section className="card service-card">
      <header>
        <h2>{t($ => $.page.health)}</h2>
        <span className="grow" />
        <HealthBadge health={row.health}>{say($ => $.topology.healthBadge[row.health])}</HealthBadge>
      </header>
      <div className="body">
        {reason !== null && <p className="med">{reason}</p>}
        <table className="limits">
          <thead>
            <tr>
              <th scope="col">{t($ => $.page.rule)}</th>
              <th scope="col" className="num">
                {t($ => $.page.here)}
              </th>
              <th scope="col" className="num">
                {t($ => $.page.degradedAt)}
              </th>
              <th scope="col" className="num">
                {t($ => $.page.failingAt)}
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ id, limits, value }) => (
              <tr key={id} className={row.reason?.rule === id ? 'is-deciding' : undefined}>
                <th scope="row">{t($ => $.page[id])}</th>
                <td className="num">{value === null ? none : percent(value)}</td>
                <td className="num t2">
                  {limits.degraded === 0
                    ? t($ => $.page.over, { value: roundPercent(0) })
                    : t($ => $.page.from, { value: roundPercent(limits.degraded) })}
                </td>
                <td className="num t2">
                  {limits.failing === null
                    ? t($ => $.page.never)
                    : t($ => $.page.from, { value: roundPercent(limits.failing) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="t3 s11">
          <Rich text={t($ => $.page.change)} />
        </p>
      </div>
    </section>
  )
}
