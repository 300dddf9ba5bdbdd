import { useQuery } from '@tanstack/react-query'
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { TakeText } from '#web/config/object/TextBar.tsx'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { useNow } from '#web/ui/use-now.ts'
import type { CodeHandle } from './code/CodeEditor.tsx'
import type { Desk } from './desk.ts'
import { CodeEditor, FormColumn } from './Lazy.tsx'
import type { Span } from './manifest.ts'
import type { Mark } from './marks.ts'
import { Panel } from './Panel.tsx'
import { inventoryQuery } from './queries.ts'
import type { Keeping } from './use-desk.ts'
import type { TextView } from './use-reading.ts'

/** Form, text and what is said of them, side by side; where there is no room, form or text. */
export function Panes(props: {
  object: ObjectRef
  desk: Desk
  isReady: boolean
  keeping: Keeping
  isNew: boolean
  text: string
  view: TextView
  marks: readonly Mark[]
  lines: { changed: ReadonlySet<number>; added: number; removed: number }
  /** Where the caret is wanted; null: where it is. */
  goal: number | null
  /** It has set off. */
  onGoal: () => void
  /** Before and after what the panel itself tells. */
  lead?: ReactNode
  aside: ReactNode
  onText: (text: string) => void
  onFix: (mark: Mark) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { object, desk, isNew, text, view, marks, onText, onFix } = props
  const inventory = useQuery(inventoryQuery)
  const code = useRef<CodeHandle>(null)
  const [side, setSide] = useState<'form' | 'yaml'>(isNew ? 'form' : 'yaml')
  const [lit, setLit] = useState<Span | null>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const goTo = (offset: number) => {
    setSide('yaml')
    // Shown first: what is hidden takes no focus.
    requestAnimationFrame(() => code.current?.goTo(offset))
  }
  const { goal, onGoal } = props
  useEffect(() => {
    if (goal === null) return
    const frame = requestAnimationFrame(() => {
      goTo(goal)
      onGoal()
    })
    return () => cancelAnimationFrame(frame)
  })
  const sides = (
    <Segmented
      name={t($ => $.form.view)}
      value={side}
      choices={[
        { value: 'form', label: t($ => $.form.title) },
        { value: 'yaml', label: t($ => $.form.yaml) },
      ]}
      onChoose={setSide}
    />
  )
  const loading = <p className="edit-loading t3">{t($ => $.editor.loading)}</p>
  return (
    <div className={`edit-panes shows-${side}`}>
      <section className="edit-form" aria-label={t($ => $.form.title)}>
        <header>
          <h2>{t($ => $.form.title)}</h2>
          {sides}
          <span className="grow" />
          <span className="t3 s11">{t($ => $.form.inStep)}</span>
        </header>
        <div className="edit-scroll">
          {props.isReady ? (
            <Suspense fallback={<p className="edit-loading t3">{t($ => $.form.loading)}</p>}>
              <FormColumn
                text={text}
                marks={marks}
                schema={{ data: view.schema, problem: view.schemaProblem }}
                inventory={inventory.data ?? null}
                caret={caret}
                onText={onText}
                onLight={setLit}
                onGoTo={goTo}
              />
            </Suspense>
          ) : (
            loading
          )}
        </div>
      </section>
      <section className="edit-text">
        <TextHead {...props}>{sides}</TextHead>
        {props.isReady ? (
          <Suspense fallback={loading}>
            <CodeEditor
              name={isNew ? t($ => $.editor.new) : t($ => $.editor.edit, { name: nameText(object) })}
              text={text}
              isReadOnly={false}
              marks={marks}
              changed={desk.draft === null ? none : props.lines.changed}
              help={{
                schema: view.schema,
                inventory: inventory.data ?? null,
                requiredWord: t($ => $.editor.required),
              }}
              lit={lit}
              onText={onText}
              onFix={onFix}
              onCaret={setCaret}
              handle={code}
            />
          </Suspense>
        ) : (
          loading
        )}
      </section>
      <Panel text={text} view={view} marks={marks} lead={props.lead} onGoTo={goTo} onFix={onFix}>
        {props.aside}
      </Panel>
    </div>
  )
}

const none: ReadonlySet<number> = new Set()

function TextHead(props: {
  object: ObjectRef
  desk: Desk
  keeping: Keeping
  isNew: boolean
  text: string
  view: TextView
  lines: { added: number; removed: number }
  children: ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  const { desk, keeping, isNew, view, lines } = props
  const apiVersion = view.manifests[0]?.value['apiVersion']
  return (
    <header className={desk.draft === null ? '' : 'is-draft'}>
      <h2>{t($ => $.object.yaml)}</h2>
      {props.children}
      {desk.draft === null ? (
        !isNew && <span className="t3 s11 nowrap">{t($ => $.editor.unchanged)}</span>
      ) : (
        <>
          <span className="badge accent">{t($ => $.editor.draft)}</span>
          <span className="t3 s11 cut">
            {keeping.state === 'lost' ? (
              <span className="c-failing">{t($ => $.editor.notKept, { because: keeping.because })}</span>
            ) : (
              <Typed at={desk.draft.typedAt} />
            )}
          </span>
          {!isNew && (
            <span className="t2 s11 nowrap">
              {t($ => $.editor.added, { count: lines.added })}, {t($ => $.editor.removed, { count: lines.removed })}
            </span>
          )}
        </>
      )}
      <span className="grow" />
      {desk.draft === null && typeof apiVersion === 'string' && view.schema !== null && (
        <span className="t3 s11 cut from-cluster">{t($ => $.editor.fromCluster, { apiVersion })}</span>
      )}
      <TakeText of={props.object} text={props.text} />
    </header>
  )
}

function Typed({ at }: { at: number }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const now = useNow()
  return <>{t($ => $.editor.typed, { age: age(Math.max(0, now - at), language) })}</>
}

const nameText = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
