import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { type Change, moved, relabelled, relabelledNamespace } from '#shared/security/replay/change.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { textMap } from '#shared/security/read.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { type Security, useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { labelsIn, labelsText } from './labels.ts'
import { ReplayPanel } from './ReplayPanel.tsx'
import type { DrawCalls } from './ReplayTable.tsx'

const questions = ['workload', 'move', 'namespace', 'gone'] as const
type Question = (typeof questions)[number]

const policies = new Set(['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'])

interface Choice {
  key: string
  /** As it is labelled now; null: it is not about labels. */
  labels: Readonly<Record<string, string>> | null
  changeTo: (labels: Readonly<Record<string, string>>, namespace: string) => Change
}

/** What no editor asks: what if a workload or a namespace were labelled otherwise, or moved, what if a policy were gone. */
export function WhatIfPage(props: PageProps & { map?: DrawCalls }): ReactNode {
  const { t } = useTranslation('security')
  const id = useId()
  const { search, onSearch, onGo, map } = props
  const security = useSecurity(overIn(search))
  const question = questions.find(each => each === search['what']) ?? 'workload'
  const choices = choicesOf(question, security)
  const chosen = choices.find(({ key }) => key === wordIn(search, 'of')) ?? null
  const now = chosen?.labels == null ? '' : labelsText(chosen.labels)
  const text = search['labels'] === undefined ? now : wordIn(search, 'labels')
  const { labels, wrong } = labelsIn(text)
  const to = question === 'move' ? wordIn(search, 'into') : ''
  const isChanged =
    chosen !== null && (question === 'move' ? to !== '' : chosen.labels === null || (wrong === null && text !== now))
  const changes = isChanged ? [asReplayed(chosen.changeTo(labels, to))] : []
  return (
    <Frame {...props} page="whatIf" security={security}>
      <div className="check">
        <form
          className="check-form what-if"
          onSubmit={event => event.preventDefault()}
          aria-label={t($ => $.page.whatIf)}
        >
          <p className="t2">{t($ => $.whatIf.lead)}</p>
          <Segmented<Question>
            name={t($ => $.page.whatIf)}
            value={question}
            choices={questions.map(value => ({ value, label: t($ => $.whatIf.question[value]) }))}
            onChoose={what =>
              onSearch({
                what: what === 'workload' ? undefined : what,
                of: undefined,
                labels: undefined,
                into: undefined,
              })
            }
          />
          <div className="check-field">
            <label htmlFor={`${id}of`}>{t($ => $.whatIf.of[question])}</label>
            <select
              id={`${id}of`}
              className="field"
              value={chosen?.key ?? ''}
              onChange={event => onSearch({ of: event.target.value || undefined, labels: undefined, into: undefined })}
            >
              <option value="">{t($ => $.check.choose)}</option>
              {choices.map(({ key }) => (
                <option key={key}>{key}</option>
              ))}
            </select>
          </div>
          {chosen !== null && question === 'move' && (
            <div className="check-field">
              <label htmlFor={`${id}to`}>{t($ => $.whatIf.to)}</label>
              <select
                id={`${id}to`}
                className="field"
                value={to}
                onChange={event => onSearch({ into: event.target.value || undefined })}
              >
                <option value="">{t($ => $.check.choose)}</option>
                {security.objects
                  .filter(one => isNamespace(one) && !chosen.key.startsWith(`${one.metadata.name}/`))
                  .map(({ metadata }) => metadata.name)
                  .toSorted()
                  .map(name => (
                    <option key={name}>{name}</option>
                  ))}
              </select>
            </div>
          )}
          {chosen !== null && chosen.labels !== null && (
            <div className="check-field">
              <label htmlFor={`${id}labels`}>{t($ => $.whatIf.labels)}</label>
              <textarea
                id={`${id}labels`}
                className="field mono"
                rows={8}
                value={text}
                maxLength={2048}
                spellCheck={false}
                aria-invalid={wrong !== null}
                aria-describedby={`${id}wrong`}
                onChange={event => onSearch({ labels: event.target.value })}
              />
              <p id={`${id}wrong`} className={wrong === null ? 't3 s11' : 'c-failing s12'}>
                {wrong === null ? t($ => $.whatIf.line) : t($ => $.whatIf.wrong, { line: wrong })}
              </p>
            </div>
          )}
          <p className="t3 s12">{t($ => $.whatIf.limits[question])}</p>
        </form>
        <section className="check-answer" aria-label={t($ => $.whatIf.answer)}>
          {changes.length === 0 ? (
            <p className="t2">{t($ => (chosen === null ? $.whatIf.choose : $.whatIf.same))}</p>
          ) : (
            <ReplayPanel changes={changes} map={map} onGo={onGo} />
          )}
        </section>
      </div>
    </Frame>
  )
}

const asReplayed = ({ before, after }: Change) => ({
  before: before == null ? null : { ...before },
  after: after == null ? null : { ...after },
})

function choicesOf(question: Question, { objects, workloads }: Security): Choice[] {
  const byKey = (a: Choice, b: Choice) => a.key.localeCompare(b.key)
  switch (question) {
    case 'workload':
      return workloads
        .map((one): Choice => ({ key: workloadKey(one), labels: one.labels, changeTo: then => relabelled(one, then) }))
        .toSorted(byKey)
    case 'move':
      return workloads
        .filter(({ role }) => role === null)
        .map((one): Choice => ({ key: workloadKey(one), labels: null, changeTo: (_, to) => moved(one, to) }))
        .toSorted(byKey)
    case 'namespace':
      return objects
        .filter(isNamespace)
        .map(
          (one): Choice => ({
            key: one.metadata.name,
            labels: textMap(one.metadata.labels),
            changeTo: then => relabelledNamespace(one, then),
          }),
        )
        .toSorted(byKey)
    case 'gone':
      return objects
        .filter(({ kind, apiVersion }) => policies.has(kind) && apiVersion.startsWith('security.istio.io/'))
        .map(one => ({ key: nameOf(one), labels: null, changeTo: () => ({ before: one }) }))
        .toSorted(byKey)
  }
}

const isNamespace = ({ apiVersion, kind }: MeshObject): boolean => apiVersion === 'v1' && kind === 'Namespace'
const nameOf = (object: MeshObject): string => {
  const { kind, namespace, name } = refOf(object)
  return name === '' ? keyOf(refOf(object)) : `${kind} ${namespace}/${name}`
}
