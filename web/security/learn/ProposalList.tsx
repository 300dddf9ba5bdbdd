import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { Subject } from './subject.ts'
import { trustHealth, trustIn } from './trust.ts'
import type { Learnt, Offered } from './use-learned.ts'

/** More names are not read in a list. */
const most = 40

export function ProposalList(props: {
  learned: Learnt
  subject: Subject
  opened: string | null
  onOpen: (key: string | null) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { learned, subject, opened, onOpen } = props
  const idle = learned.closing?.idle ?? []
  const policies = learned.proposals.filter(({ policy }) => policy !== null).length
  return (
    <nav className="learn-list" aria-label={t($ => $.learn.list)}>
      <ul>
        {subject.workload === null && (
          <li>
            <button type="button" aria-current={opened === null} onClick={() => onOpen(null)}>
              <span className="med cut">{t($ => $.learn.all, { name: subject.namespace })}</span>
              <span className="t3 s11">{t($ => $.learn.allOf, { count: policies })}</span>
            </button>
          </li>
        )}
        {learned.proposals.map(one => (
          <li key={one.key}>
            <button type="button" aria-current={opened === one.key} onClick={() => onOpen(one.key)}>
              <bdi className="mono cut" title={one.workloads.join(', ')}>
                {one.workloads.join(', ')}
              </bdi>
              <State one={one} />
            </button>
          </li>
        ))}
      </ul>
      {idle.length > 0 && (
        <p className="t3 s11">
          {t($ => $.learn.idle, { names: idle.slice(0, most).join(', ') })}
          {idle.length > most && ` ${t($ => $.learn.andMore, { count: idle.length - most })}`}
        </p>
      )}
    </nav>
  )
}

function State({ one }: { one: Offered }): ReactNode {
  const { t } = useTranslation('security')
  const { policy, rules, apart, confidence } = one
  const trust = trustIn(confidence)
  if (policy === null)
    return (
      <span className="row s11 c-degraded">
        <HealthMark health="degraded" /> {t($ => $.learn.none)}
      </span>
    )
  return (
    <span className="row t3 s11">
      <HealthMark health={trustHealth[trust]} />
      {t($ => $.learn.trust[trust])}
      <i aria-hidden="true">·</i>
      {t($ => $.learn.rules, { count: rules.length })}
      {apart.length > 0 && (
        <>
          <i aria-hidden="true">·</i>
          {t($ => $.learn.apart, { count: apart.length })}
        </>
      )}
    </span>
  )
}
