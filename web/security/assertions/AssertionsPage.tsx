import { type ReactNode, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  assertionsName,
  type AssertionsState,
  type Kept,
  keptIn,
  withAdded,
  withReplaced,
} from '#shared/security/assert/assertions.ts'
import type { Change } from '#shared/security/replay/change.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { useChosenUser } from '#web/api/use-caller.ts'
import { useStatus } from '#web/api/use-live.ts'
import { exactClock } from '#web/ui/format.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { Lent } from '#web/security/apply.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { AssertionLine } from './AssertionLine.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import { SentenceForm } from './SentenceForm.tsx'
import { useLiveAssertions } from './use-live-assertions.ts'
import './assertions.css'

const refOf = (namespace: string, name = assertionsName) => ({ group: '', kind: 'ConfigMap', namespace, name })
const outcomes = ['broken', 'uncertain', 'holds'] as const

/** Sentences that must stay true, whether they do, and why not; written, changed and taken back here. */
export function AssertionsPage(props: PageProps & Lent): ReactNode {
  const { t } = useTranslation('security')
  const id = useId()
  const { search, onSearch, onGo, Apply } = props
  const security = useSecurity(overIn(search))
  const live = useLiveAssertions()
  const lacks = props.useLacks()
  const remark = useRemark()
  const { state } = live
  const objects = useMemo(() => (state?.objects ?? []).filter(isMeshObject), [state?.objects])
  const kept = useMemo(() => (state === null ? [] : worstFirst(keptIn(objects), state)), [objects, state])
  const [doing, setDoing] = useState<{ title: string; change: Change } | null>(null)
  const namespaces = [
    ...new Set([...security.workloads, ...objects.map(({ metadata }) => metadata)].map(one => one.namespace ?? '')),
  ].toSorted()
  const namespace = wordIn(search, 'in') || namespacesIn(search['ns'])[0] || namespaces[0] || ''
  const titled = (place: string) => t($ => $.assertions.addTitle, { namespace: place })
  const count = (outcome: (typeof outcomes)[number]) =>
    kept.filter(one => state?.standings[one.id]?.outcome === outcome).length
  return (
    <Frame {...props} page="assertions" security={security}>
      <div className="assertions">
        <p className="t2">{t($ => $.assertions.lead)}</p>
        <SentenceForm
          text={wordIn(search, 'say')}
          onText={say => onSearch({ say: say || undefined })}
          whyNot={namespace === '' ? null : lacks(refOf(namespace), 'patch')}
          onKeep={text => setDoing({ title: titled(namespace), change: withAdded(objects, namespace, text, remark) })}
        >
          <label htmlFor={id}>{t($ => $.assertions.namespace)}</label>
          <select
            id={id}
            className="field"
            value={namespace}
            onChange={event => onSearch({ in: event.target.value || undefined })}
          >
            {namespaces.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </SentenceForm>
        <Notes live={live} />
        {state !== null && state.because === null && kept.length === 0 && (
          <p role="status">{t($ => $.assertions.none)}</p>
        )}
        {kept.length > 0 && (
          <>
            <div role="status">
              <ul className="row assertion-sums" aria-label={t($ => $.assertions.sums)}>
                {outcomes.map(outcome => (
                  <li key={outcome} className="row">
                    <OutcomeMark outcome={outcome} /> <b className="num">{count(outcome)}</b>
                  </li>
                ))}
              </ul>
            </div>
            <ul className="assertion-list" aria-label={t($ => $.assertions.list)}>
              {kept.map(one => (
                <AssertionLine
                  key={one.id}
                  kept={one}
                  standing={state?.standings[one.id] ?? null}
                  written={state?.written[placeOf(one)] ?? null}
                  security={security}
                  skew={live.skew}
                  whyNot={lacks(refOf(one.object.metadata.namespace ?? '', one.object.metadata.name), 'patch')}
                  onWrite={(text, title) => setDoing({ title, change: withReplaced(one, text, remark) })}
                  onGo={onGo}
                />
              ))}
            </ul>
          </>
        )}
        {doing !== null && (
          <Apply
            title={doing.title}
            changes={[{ before: doing.change.before ?? null, after: doing.change.after ?? null }]}
            onApplied={reply => {
              if (reply.isComplete && wordIn(search, 'say') !== '') onSearch({ say: undefined })
              live.again()
            }}
            onTakenBack={live.again}
            onClose={() => setDoing(null)}
          />
        )}
      </div>
    </Frame>
  )
}

const placeOf = ({ object }: Kept): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`

/** What asks for somebody comes first; else as they are written. */
function worstFirst(kept: readonly Kept[], { standings }: AssertionsState): Kept[] {
  const rank = ({ id }: Kept) => {
    const outcome = standings[id]?.outcome
    return outcome === undefined ? 1 : outcome === 'broken' ? 0 : outcome === 'uncertain' ? 2 : 3
  }
  return kept.toSorted((a, b) => rank(a) - rank(b))
}

/** Who wrote a sentence and when, for whoever reads the file: a ConfigMap has one owner for all of its lines. */
function useRemark(): string {
  const status = useStatus()
  const user = useChosenUser() ?? status?.user ?? ''
  const now = useNow()
  const day = new Date(now + (status?.skew ?? 0)).toISOString().slice(0, 10)
  return user === '' ? day : `${user}, ${day}`
}

function Notes({ live }: { live: ReturnType<typeof useLiveAssertions> }): ReactNode {
  const { t } = useTranslation('security')
  const { state, outage, refusal, at, skew } = live
  const because = refusal ?? state?.because ?? null
  const trouble = outage === null ? null : outage.because === '' ? t($ => $.assertions.cut) : outage.because
  return (
    <>
      {state === null && because === null && trouble === null && <p role="status">{t($ => $.assertions.reading)}</p>}
      {because !== null && (
        <p className="note degraded" role="status">
          {t($ => $.assertions.failing, { because })}
        </p>
      )}
      {trouble !== null && (
        <p className="note degraded" role="status">
          {at === null
            ? t($ => $.assertions.failing, { because: trouble })
            : t($ => $.assertions.stale, { at: exactClock(at - skew), because: trouble })}
        </p>
      )}
      {state?.partial.map(one => (
        <p key={one} className="t3 s12">
          {one}
        </p>
      ))}
    </>
  )
}
