import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { meant } from '#shared/config/change/diff.ts'
import type { Written } from '#shared/config/intents/written.ts'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { TextDiff } from '#web/config/editor/dialog/TextDiff.tsx'
import { textOfObject } from '#web/config/editor/draft.ts'
import { Others } from '#web/config/editor/Panel.tsx'
import { analysisQuery } from '#web/config/editor/queries.ts'
import { useSettled } from '#web/config/editor/use-settled.ts'
import { Kind } from '#web/config/Kind.tsx'
import { Replay } from '#web/config/Replay.tsx'
import { objectHref } from '#web/config/names.ts'
import { Continue } from './Continue.tsx'
import { Go } from './Go.tsx'
import { Reach } from './Reach.tsx'

/** Beside the form: the objects it writes with what differs in them, and what that touches. */
export function Review(props: {
  written: readonly Written[]
  /** Objects that do it now. */
  from: readonly ObjectRef[]
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { written, from } = props
  const apply = written.flatMap(({ after }): Json[] => (after === null ? [] : [meant(after)]))
  const remove = written.flatMap(({ object, after }) => (after === null ? [object] : []))
  const asked = useSettled(JSON.stringify({ apply, remove }), 400)
  const settled = JSON.parse(asked) as { apply: Json[]; remove: ObjectRef[] }
  const analysis = useQuery(analysisQuery(settled.apply, settled.remove))
  const isNow = settled.apply.length + settled.remove.length > 0
  return (
    <aside className="intent-review" aria-label={t($ => $.intents.review)}>
      {written.length === 0 ? (
        <section>
          <h2>{t($ => $.intents.now)}</h2>
          {from.length === 0 ? (
            <p className="t2">{t($ => $.intents.fromNothing)}</p>
          ) : (
            <>
              <p className="t2">{t($ => $.intents.fromObjects)}</p>
              <ul className="edit-names">
                {from.map(object => (
                  <li key={keyOf(object)}>
                    <Named object={object} onGo={props.onGo} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      ) : (
        <>
          {isNow && (
            <Reach
              impacts={analysis.data?.impacts ?? []}
              problem={analysis.error === null ? null : problemFrom(analysis.error).detail}
              isWaiting={analysis.isFetching}
            />
          )}
          <Replay
            changes={written.map(({ before, after }) => ({ before, after: after === null ? null : meant(after) }))}
          />
          {written.map(({ object, before, after }) => (
            <section key={keyOf(object)} className="intent-object">
              <header className="row">
                <span className={before === null ? 'badge healthy' : after === null ? 'badge failing' : 'badge accent'}>
                  {t($ =>
                    before === null ? $.intents.created : after === null ? $.intents.deleted : $.intents.edited,
                  )}
                </span>
                <Named object={object} onGo={before === null ? null : props.onGo} />
                {before !== null && after !== null && (
                  <Continue written={{ object, before, after }} onGo={props.onGo} />
                )}
              </header>
              <TextDiff
                before={before === null ? '' : textOfObject(before)}
                after={after === null ? '' : textOfObject(after)}
              />
            </section>
          ))}
          {isNow && (
            <>
              <Others title={t($ => $.editor.findings)} findings={analysis.data?.findings ?? []} />
              <Others title={t($ => $.editor.brings)} findings={analysis.data?.brought ?? []} />
              <Others title={t($ => $.editor.resolves)} findings={analysis.data?.resolved ?? []} />
            </>
          )}
        </>
      )}
    </aside>
  )
}

function Named({ object, onGo }: { object: ObjectRef; onGo: ((href: string) => void) | null }): ReactNode {
  const name = (
    <>
      <Kind of={object} />{' '}
      <span className="mono">
        {object.namespace === '' ? '' : `${object.namespace}/`}
        {object.name}
      </span>
    </>
  )
  if (onGo === null) return <span className="cut">{name}</span>
  return (
    <Go href={objectHref(object)} onGo={onGo}>
      {name}
    </Go>
  )
}
