import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AssertionsState, Kept, Standing } from '#shared/security/assert/assertions.ts'
import { explained } from '#shared/security/judge.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { age, momentText } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import type { Security } from '#web/security/query.ts'
import { Trail } from '#web/security/Trail.tsx'
import { Because } from './Because.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import { SentenceForm } from './SentenceForm.tsx'

/** One sentence: whether it holds, since when, why not, and who wrote it. */
export function AssertionLine(props: {
  kept: Kept
  standing: Standing | null
  written: AssertionsState['written'][string] | null
  security: Security
  /** Of the BFF's clock. */
  skew: number
  whyNot: string | null
  onWrite: (text: string | null, title: string) => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const [text, setText] = useState<string | null>(null)
  const { kept, standing, written, whyNot, skew, onWrite, onGo } = props
  const { object, key, sentence } = kept
  const { name, namespace = '' } = object.metadata
  const titles = {
    edit: t($ => $.assertions.editTitle, { namespace }),
    remove: t($ => $.assertions.removeTitle, { namespace }),
  }
  return (
    <li className={standing?.outcome === 'broken' ? 'is-broken' : undefined}>
      <div className="row">
        {standing === null ? (
          <span className="badge degraded">{t($ => $.assertions.unclear)}</span>
        ) : (
          <OutcomeMark outcome={standing.outcome} />
        )}
        <bdi className="mono med">{sentence.text}</bdi>
        <span className="grow" />
        <button type="button" className="btn ghost" onClick={() => setText(text === null ? sentence.text : null)}>
          {text === null ? t($ => $.assertions.edit) : t($ => $.assertions.cancel)}
        </button>
        <button
          type="button"
          className="btn ghost"
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          onClick={() => onWrite(null, titles.remove)}
        >
          {t($ => $.assertions.remove)}
        </button>
      </div>
      <p className="t3 s12 assertion-facts">
        {standing !== null && <Since standing={standing} skew={skew} onGo={onGo} />}
        <span>
          <span className="mono">{`${namespace}/${name}`}</span>
          {`, ${t($ => $.assertions.where, { line: sentence.line, key })}`}
        </span>
        {sentence.remark !== '' && <bdi># {sentence.remark}</bdi>}
        {written !== null && written.at !== null && (
          <span>
            {written.manager === ''
              ? t($ => $.assertions.made, { at: momentText(written.at - skew, language) })
              : t($ => $.assertions.written, {
                  manager: written.manager,
                  at: momentText(written.at - skew, language),
                })}
          </span>
        )}
      </p>
      {'problem' in sentence && <p className="assertion-because t2 s12">{sentence.problem}</p>}
      {standing !== null && <Because checked={standing} onGo={onGo} />}
      {standing !== null && <Why standing={standing} security={props.security} onGo={onGo} />}
      {text !== null && (
        <SentenceForm
          text={text}
          onText={setText}
          whyNot={whyNot}
          onKeep={next => {
            setText(null)
            onWrite(next, titles.edit)
          }}
        >
          {null}
        </SentenceForm>
      )}
    </li>
  )
}

/** Since when it is so, and what was changed at that time. */
function Since(props: { standing: Standing; skew: number; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const now = useNow()
  const { since, isTurnSeen, turnedBy } = props.standing
  const at = momentText(since - props.skew, language)
  return (
    <span>
      {isTurnSeen
        ? t($ => $.assertions.since, { at, age: age(Math.max(0, now + props.skew - since), language) })
        : t($ => $.assertions.sinceAtLeast, { at })}
      {turnedBy.length > 0 && (
        <>
          {' · '}
          {t($ => $.assertions.turnedBy)}{' '}
          {turnedBy.map(({ object, manager }, index) => (
            <span key={`${object.kind}/${object.namespace}/${object.name}`}>
              {index > 0 && ', '}
              {object.kind} <ObjectLink of={object} onGo={props.onGo} />
              {manager !== null && ` (${manager})`}
            </span>
          ))}
        </>
      )}
    </span>
  )
}

/** The whole story of the call that breaks it, made here of the policies as they are now. */
function Why(props: { standing: Standing; security: Security; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  const [isOpen, setOpen] = useState(false)
  const { standing, security, onGo } = props
  const { matrix } = security
  if (standing.example === null || standing.outcome === 'holds' || matrix === null) return null
  const { flow } = standing.example
  const { namespace, workload: name } = flow.destination
  const key = `${namespace}/${name ?? ''}`
  const workload = security.workloads.find(one => workloadKey(one) === key)
  return (
    <details className="assertion-why" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{t($ => $.check.why)}</summary>
      {isOpen && (
        <Trail
          trail={explained(matrix.reading, flow, workload).trail}
          destination={key}
          workload={workload}
          onGo={onGo}
        />
      )}
    </details>
  )
}
