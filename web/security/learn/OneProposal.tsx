import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { enforcedBy } from '#shared/security/board.ts'
import { apartKey, type Withheld } from '#shared/security/learn/learn.ts'
import { count } from '#web/security/replay/count.ts'
import type { Security } from '#web/security/query.ts'
import { ReplayPanel } from '#web/security/replay/ReplayPanel.tsx'
import { Deeds } from './Deeds.tsx'
import { Blind, Trusted } from './Doubts.tsx'
import type { LearnProps } from './LearnPage.tsx'
import { Manifests } from './Manifests.tsx'
import { asReplayed } from './replayed.ts'
import { RuleLine } from './RuleLine.tsx'
import type { Learnt, Offered } from './use-learned.ts'

/** More lines are not read in a pane. */
const most = 200

/** One workload's policy: what it grants and why, what it leaves out, and what it would do. */
export function OneProposal(
  props: LearnProps & {
    security: Security
    learned: Learnt
    proposal: Offered
    admitted: ReadonlySet<string>
    onAdmit: (key: string) => void
  },
): ReactNode {
  const { t } = useTranslation('security')
  const { proposal, admitted, onAdmit, onGo, map } = props
  const { namespace, workloads, policy, withheld, rules, apart, refused, shared, besides, card } = proposal
  const name = workloads.join(', ')
  const change = card === null ? null : enforcedBy(card)
  return (
    <section className="learn-pane" aria-label={name}>
      <h2 className="row">
        <bdi className="mono">{`${namespace}/${name}`}</bdi>
        <span className="badge line">{proposal.enforcedBy}</span>
      </h2>
      {withheld !== null && (
        <div className="note degraded" role="status">
          <b className="med">{t($ => $.learn.withheld.title)}</b>
          <p>{t($ => $.learn.withheld[withheld.because], { requests: requestsOf(withheld) })}</p>
        </div>
      )}
      {withheld === null && refused.requests > 0 && (
        <p className="note degraded">
          {t($ => $.learn.refused, { requests: count(refused.requests), callers: listed(refused.callers) })}
        </p>
      )}
      {policy !== null && besides.length > 0 && (
        <p className="note degraded">{t($ => $.learn.besides, { count: besides.length, names: listed(besides) })}</p>
      )}
      {shared.map(({ principal, workloads: holders, isDefault }) => (
        <p key={principal} className="note degraded">
          {isDefault
            ? t($ => $.learn.sharedDefault, { principal })
            : t($ => $.learn.shared, { principal, workloads: listed(holders) || t($ => $.learn.others) })}
        </p>
      ))}
      <Trusted confidence={proposal.confidence} />
      {policy !== null && (
        <section className="learn-part">
          <h3>{t($ => $.learn.granted)}</h3>
          <ul className="learn-rules">
            {rules.slice(0, most).map(one => (
              <li key={JSON.stringify([one.why, one.rule])}>
                <RuleLine rule={one} />
              </li>
            ))}
            {rules.length > most && <li className="t3">{t($ => $.learn.andMore, { count: rules.length - most })}</li>}
          </ul>
        </section>
      )}
      {apart.length > 0 && (
        <section className="learn-part">
          <h3>
            {t($ => $.learn.rare)} <span className="t3 s11">{t($ => $.learn.apartHelp)}</span>
          </h3>
          <ul className="learn-rules">
            {apart.slice(0, most).map(one => {
              const key = apartKey(proposal, one.rule)
              return (
                <li key={key}>
                  <label className="learn-tick">
                    <input type="checkbox" checked={admitted.has(key)} onChange={() => onAdmit(key)} />
                    <RuleLine rule={{ ...one, why: 'seen' }} />
                  </label>
                </li>
              )
            })}
            {apart.length > most && <li className="t3">{t($ => $.learn.andMore, { count: apart.length - most })}</li>}
          </ul>
        </section>
      )}
      <Blind learned={props.learned} isBare={proposal.enforcedBy !== 'ztunnel' && rules.some(({ isWide }) => isWide)} />
      {policy !== null && (
        <>
          {change !== null && (
            <ReplayPanel
              changes={asReplayed([change])}
              map={map}
              isFaceted={props.search['by'] === 'what'}
              onGo={onGo}
            />
          )}
          <Manifests objects={[policy]} name={policy.metadata.name} />
          {card !== null && <Deeds {...props} cards={[card]} />}
        </>
      )}
    </section>
  )
}

const requestsOf = (withheld: Withheld): string => ('requests' in withheld ? count(withheld.requests) : '')

const listed = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(', ') : `${names.slice(0, 6).join(', ')} … ${names.length - 6}`
