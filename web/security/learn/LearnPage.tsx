import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { namespacesIn } from '#web/api/scope.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import type { Lent, UseDrafts } from '#web/security/apply.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { useFaceted, useSecurity } from '#web/security/query.ts'
import type { DrawCalls } from '#web/security/replay/ReplayTable.tsx'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { ProposedView } from './ProposedView.tsx'
import { choicesOf, subjectWord } from './subject.ts'
import { UnusedView } from './UnusedView.tsx'
import './learn.css'

type By = 'who' | 'what'
type View = 'proposed' | 'unused'
export type LearnProps = PageProps & Lent & { useDrafts: UseDrafts; map?: DrawCalls }

/** Least privilege: what would allow what was seen and no more, and what is granted and never used. */
export function LearnPage(props: LearnProps): ReactNode {
  const { t } = useTranslation('security')
  const id = useId()
  const { search, onSearch } = props
  const over = overIn(search)
  const plain = useSecurity(over)
  const isFaceted = search['by'] === 'what'
  const { flows: faceted, isReading, partial } = useFaceted(plain.flows, over, isFaceted)
  const security = { ...plain, flows: faceted }
  const view: View = search['view'] === 'unused' ? 'unused' : 'proposed'
  const { objects, workloads, flows } = security
  const {
    namespaces,
    workloads: names,
    subject,
  } = choicesOf(wordIn(search, 'of'), namespacesIn(search['ns']), {
    workloads,
    policies: objects.flatMap(({ kind, metadata }) =>
      kind === 'AuthorizationPolicy' ? [metadata.namespace ?? 'default'] : [],
    ),
    called: new Set(flows?.flows.map(({ destination }) => destination.namespace)),
  })
  const choose = (namespace: string, workload: string | null) =>
    onSearch({ of: subjectWord({ namespace, workload }), open: undefined })
  return (
    <Frame {...props} page="learn" security={security}>
      <div className="learn">
        <div className="learn-lead">
          <div className="row">
            <Segmented<View>
              name={t($ => $.learn.view)}
              value={view}
              choices={[
                { value: 'proposed', label: t($ => $.learn.views.proposed) },
                { value: 'unused', label: t($ => $.learn.views.unused) },
              ]}
              onChoose={value => onSearch({ view: value === 'unused' ? value : undefined, open: undefined })}
            />
            <label htmlFor={`${id}namespace`}>{t($ => $.learn.namespace)}</label>
            <select
              id={`${id}namespace`}
              className="field"
              value={subject?.namespace ?? ''}
              onChange={event => choose(event.target.value, null)}
            >
              {namespaces.map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <label htmlFor={`${id}workload`}>{t($ => $.learn.workload)}</label>
            <select
              id={`${id}workload`}
              className="field"
              value={subject?.workload ?? ''}
              onChange={event => {
                if (subject !== null) choose(subject.namespace, event.target.value || null)
              }}
            >
              <option value="">{t($ => $.learn.whole)}</option>
              {names.map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <Segmented<By>
              name={t($ => $.learn.by.name)}
              value={isFaceted ? 'what' : 'who'}
              choices={[
                { value: 'who', label: t($ => $.learn.by.who) },
                { value: 'what', label: t($ => $.learn.by.what) },
              ]}
              onChoose={by => onSearch({ by: by === 'what' ? by : undefined })}
            />
          </div>
          <p className="t2">{t($ => (view === 'unused' ? $.learn.unusedLead : $.learn.lead))}</p>
          {isFaceted && (
            <p className="t3 s11" role="status">
              {t($ => (isReading ? $.learn.by.reading : $.learn.by.sampled))}
            </p>
          )}
          {partial.map(because => (
            <p key={because} className="note degraded" role="status">
              {t($ => $.learn.by.partial, { because })}
            </p>
          ))}
        </div>
        {subject === null ? (
          <p className="learn-none t2" role="status">
            {t($ => $.learn.noWorkloads)}
          </p>
        ) : view === 'unused' ? (
          <UnusedView key={subjectWord(subject)} {...props} security={security} subject={subject} />
        ) : (
          <ProposedView key={subjectWord(subject)} {...props} security={security} subject={subject} />
        )}
      </div>
    </Frame>
  )
}
