import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServicePage, Weighed } from '#shared/services/api.ts'
import { nameOf } from '#shared/mesh/tolerate.ts'
import { none, percent } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { HealthWhy } from '#web/ui/HealthWhy.tsx'
import { codesOf, reasonText } from '#web/ui/reason.ts'
import { limitText } from '#web/ui/why.ts'
import { LimitsForm } from './LimitsForm.tsx'
import type { Lent } from './parts.ts'

/** How its health came about: the rules, what each saw, where the limits are and who wrote them; and other limits. */
export function Limits(props: { state: ServicePage; lent: Lent | undefined; refresh: () => void }): ReactNode {
  const { t } = useTranslation('health')
  const { t: say } = useTranslation()
  const { state, lent } = props
  const { row, rules, places } = state
  const [isOpen, setOpen] = useState(false)
  const reason = reasonText(say, row.reason)
  // Of what it does not serve there is nothing to say; where it serves nothing now, of requests.
  const isServing = rules.some(({ value }) => value !== null)
  const shown = rules.filter(
    ({ rule, value }) => rule === 'tolerance' || (isServing ? value !== null : rule !== 'connectionErrors'),
  )
  return (
    <section className="card service-card" aria-label={t($ => $.title)}>
      <header>
        <h2>{t($ => $.title)}</h2>
        <span className="grow" />
        <HealthBadge health={row.health}>{say($ => $.topology.healthBadge[row.health])}</HealthBadge>
      </header>
      <div className="body">
        {reason !== null && <p className="med">{reason}</p>}
        <HealthWhy reason={row.reason} since={row.since} window={state.window} />
        <table className="limits">
          <thead>
            <tr>
              <th scope="col">{t($ => $.rule)}</th>
              <th scope="col" className="num">
                {t($ => $.here)}
              </th>
              <th scope="col" className="num">
                {t($ => $.degraded)}
              </th>
              <th scope="col" className="num">
                {t($ => $.failing)}
              </th>
              <th scope="col">{t($ => $.written)}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((weighed, index) => (
              <RuleRow key={index} weighed={weighed} isDeciding={isSame(weighed, row.reason)} of={rules} />
            ))}
          </tbody>
        </table>
        {lent === undefined || places.length === 0 ? null : isOpen ? (
          <LimitsForm state={state} lent={lent} onApplied={props.refresh} onClose={() => setOpen(false)} />
        ) : (
          <p className="row t3 s11">
            <span className="grow">{t($ => $.changeWhy)}</span>
            <button type="button" className="btn" onClick={() => setOpen(true)}>
              {t($ => $.change)}
            </button>
          </p>
        )}
      </div>
    </section>
  )
}

function RuleRow(props: { weighed: Weighed; isDeciding: boolean; of: readonly Weighed[] }): ReactNode {
  const { t } = useTranslation('health')
  const { weighed, isDeciding } = props
  const { rule, value, limits, origin = { kind: 'default' as const } } = weighed
  return (
    <tr className={isDeciding ? 'is-deciding' : undefined}>
      <th scope="row">{useRuleName(weighed, props.of)}</th>
      <td className="num">{value === null ? none : percent(value)}</td>
      <td className="num t2">{limitText(t, limits.degraded)}</td>
      <td className="num t2">{rule === 'clientErrors' ? limitText(t, null) : limitText(t, limits.failing)}</td>
      <td className="t2 cut" title={origin.object === undefined ? undefined : nameOf(origin.object)}>
        {t($ => $.writtenIn[origin.kind], { object: origin.object === undefined ? '' : nameOf(origin.object) })}
      </td>
    </tr>
  )
}

/** Where some codes have limits of their own, the mesh's limits speak of the others. */
function useRuleName({ rule, of }: Weighed, all: readonly Weighed[]): string {
  const { t } = useTranslation('health')
  if (rule === 'tolerance') {
    const name = of?.protocol === 'tcp' ? `TCP: ${t($ => $.rules.connectionErrors)}` : codesOf({ of: inbound(of) })
    return of?.direction === 'outbound' ? t($ => $.rules.out, { what: name }) : name
  }
  if (rule !== 'serverErrors' && rule !== 'connectionErrors' && rule !== 'clientErrors') return rule
  const name = t($ => $.rules[rule])
  const isShared = all.some(
    each => each.of?.direction === 'inbound' && (each.of.protocol === 'tcp') === (rule === 'connectionErrors'),
  )
  return isShared ? t($ => $.rules.others, { rule: name }) : name
}

const inbound = (of: Weighed['of']): Weighed['of'] => (of === undefined ? of : { ...of, direction: 'inbound' })

const isSame = (weighed: Weighed, reason: ServicePage['row']['reason']): boolean =>
  reason !== null &&
  weighed.rule === reason.rule &&
  weighed.of?.codes === reason.of?.codes &&
  weighed.of?.protocol === reason.of?.protocol &&
  weighed.of?.direction === reason.of?.direction &&
  weighed.value === reason.value
