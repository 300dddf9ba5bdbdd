import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type Asserted,
  assertionsName,
  type Kept,
  keptIn,
  withAdded,
  withReplaced,
} from '#shared/security/assertions.ts'
import type { Change } from '#shared/security/change.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { problemFrom } from '#web/api/call.ts'
import { namespacesIn } from '#web/api/scope.ts'
import type { Lent } from '#web/security/apply.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { assertionsQuery, useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { Because } from './Because.tsx'
import { OutcomeMark } from './OutcomeMark.tsx'
import { SentenceForm } from './SentenceForm.tsx'
import { useAsserted } from './use-asserted.ts'
import './assertions.css'

const noChanges: readonly Change[] = []
const refOf = (namespace: string, name = assertionsName) => ({ group: '', kind: 'ConfigMap', namespace, name })

/** Sentences that must stay true, whether they do, and why not; written, changed and taken back here. */
export function AssertionsPage(props: PageProps & Lent): ReactNode {
  const { t } = useTranslation('security')
  const id = useId()
  const { search, onSearch, onGo, Apply } = props
  const security = useSecurity(overIn(search))
  const query = useQuery(assertionsQuery)
  const lacks = props.useLacks()
  const told = query.data?.objects
  const objects = useMemo(() => (told ?? []).filter(isMeshObject), [told])
  const kept = useMemo(() => keptIn(objects), [objects])
  const texts = useMemo(() => kept.map(({ sentence }) => sentence.text), [kept])
  const checked = useAsserted(texts, security, noChanges)
  const [doing, setDoing] = useState<{ title: string; change: Change } | null>(null)
  const namespaces = [
    ...new Set([...security.workloads, ...objects.map(({ metadata }) => metadata)].map(one => one.namespace ?? '')),
  ].toSorted()
  const namespace = wordIn(search, 'in') || namespacesIn(search['ns'])[0] || namespaces[0] || ''
  const titled = (place: string) => t($ => $.assertions.addTitle, { namespace: place })
  const again = () => void query.refetch()
  return (
    <Frame {...props} page="assertions" security={security}>
      <div className="assertions">
        <p className="t2">{t($ => $.assertions.lead)}</p>
        <SentenceForm
          text={wordIn(search, 'say')}
          onText={say => onSearch({ say: say || undefined })}
          whyNot={namespace === '' ? null : lacks(refOf(namespace), 'patch')}
          onKeep={text => setDoing({ title: titled(namespace), change: withAdded(objects, namespace, text) })}
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
        {query.error !== null && (
          <p className="note degraded" role="status">
            {told === undefined
              ? t($ => $.assertions.failing, { because: problemFrom(query.error).detail })
              : t($ => $.assertions.stale, { because: problemFrom(query.error).detail })}
          </p>
        )}
        {checked.because !== null && (
          <p className="note failing">{t($ => $.assertions.checkFailing, { because: checked.because })}</p>
        )}
        {query.data?.partial.map(one => (
          <p key={one} className="t3 s12">
            {one}
          </p>
        ))}
        {query.isPending && <p role="status">{t($ => $.assertions.reading)}</p>}
        {told !== undefined && kept.length === 0 && <p role="status">{t($ => $.assertions.none)}</p>}
        {kept.length > 0 && (
          <ul className="assertion-list" aria-label={t($ => $.assertions.list)}>
            {kept.map(one => (
              <Line
                key={one.id}
                kept={one}
                asserted={checked.told?.get(one.sentence.text) ?? null}
                whyNot={lacks(refOf(one.object.metadata.namespace ?? '', one.object.metadata.name), 'patch')}
                onWrite={(text, title) => setDoing({ title, change: withReplaced(one, text) })}
                onGo={onGo}
              />
            ))}
          </ul>
        )}
        {doing !== null && (
          <Apply
            title={doing.title}
            changes={[{ before: doing.change.before ?? null, after: doing.change.after ?? null }]}
            onApplied={again}
            onTakenBack={again}
            onClose={() => setDoing(null)}
          />
        )}
      </div>
    </Frame>
  )
}

function Line(props: {
  kept: Kept
  asserted: Asserted | null
  whyNot: string | null
  onWrite: (text: string | null, title: string) => void
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const [text, setText] = useState<string | null>(null)
  const { kept, asserted, whyNot, onWrite } = props
  const { object, key, sentence } = kept
  const { name, namespace = '' } = object.metadata
  return (
    <li>
      <div className="row">
        {'problem' in sentence ? (
          <span className="badge degraded">{t($ => $.assertions.unclear)}</span>
        ) : asserted === null ? (
          <span className="badge">{t($ => $.assertions.checking)}</span>
        ) : (
          <OutcomeMark outcome={asserted.before.outcome} />
        )}
        <bdi className="mono med">{sentence.text}</bdi>
        <span className="grow" />
        <span className="t3 s11 mono">{`${namespace}/${name} · ${t($ => $.assertions.where, { line: sentence.line, key })}`}</span>
        <button type="button" className="btn ghost" onClick={() => setText(text === null ? sentence.text : null)}>
          {text === null ? t($ => $.assertions.edit) : t($ => $.assertions.cancel)}
        </button>
        <button
          type="button"
          className="btn ghost"
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          onClick={() =>
            onWrite(
              null,
              t($ => $.assertions.removeTitle, { namespace }),
            )
          }
        >
          {t($ => $.assertions.remove)}
        </button>
      </div>
      {'problem' in sentence && <p className="assertion-because t2 s12">{sentence.problem}</p>}
      {asserted !== null && <Because checked={asserted.before} onGo={props.onGo} />}
      {text !== null && (
        <SentenceForm
          text={text}
          onText={setText}
          whyNot={whyNot}
          onKeep={written => {
            setText(null)
            onWrite(
              written,
              t($ => $.assertions.addTitle, { namespace }),
            )
          }}
        >
          {null}
        </SentenceForm>
      )}
    </li>
  )
}
