import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Security } from '#web/security/query.ts'
import { overIn } from '#web/security/Frame.tsx'
import { wordIn } from '#web/security/search.ts'
import type { LearnProps } from './LearnPage.tsx'
import { OneProposal } from './OneProposal.tsx'
import { ProposalList } from './ProposalList.tsx'
import type { Subject } from './subject.ts'
import { useLearned } from './use-learned.ts'
import { WholeProposal } from './WholeProposal.tsx'

const none: ReadonlySet<string> = new Set()

/** What is proposed: all of it, or one workload's, beside the list. */
export function ProposedView(props: LearnProps & { security: Security; subject: Subject }): ReactNode {
  const { t } = useTranslation('security')
  const { security, subject, search, onSearch } = props
  const [admitted, setAdmitted] = useState(none)
  const learned = useLearned(security, subject, admitted)
  const over = t($ => $.over[overIn(search)])
  if (learned === null)
    return (
      <p className="learn-none t2" role="status">
        {security.flowsBecause === null
          ? t($ => $.learn.reading)
          : t($ => $.learn.noFlows, { because: security.flowsBecause ?? '' })}
      </p>
    )
  const { proposals } = learned
  const name = subject.workload ?? subject.namespace
  if (proposals.length === 0)
    return (
      <p className="learn-none t2" role="status">
        {t($ => $.learn.nobody, { name, over })}
      </p>
    )
  const asked = wordIn(search, 'open')
  const opened = proposals.find(({ key }) => key === asked) ?? (subject.workload === null ? null : proposals[0])
  const toggle = (key: string) =>
    setAdmitted(before => {
      const next = new Set(before)
      if (!next.delete(key)) next.add(key)
      return next
    })
  return (
    <div className="learn-panes">
      <ProposalList
        learned={learned}
        subject={subject}
        opened={opened?.key ?? null}
        onOpen={key => onSearch({ open: key ?? undefined })}
      />
      {opened == null ? (
        <WholeProposal {...props} learned={learned} />
      ) : (
        <OneProposal
          key={opened.key}
          {...props}
          learned={learned}
          proposal={opened}
          admitted={admitted}
          onAdmit={toggle}
        />
      )}
    </div>
  )
}
