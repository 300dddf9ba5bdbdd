import { useQueries } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fix } from '#shared/config/finding.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { type FixEdits, type OtherChange, otherChange } from '#web/config/editor/fix.ts'
import { useWhyNot } from '#web/config/editor/use-why-not.ts'
import { objectQuery, unknown } from '#web/config/query.ts'
import { Dialog } from './Dialog.tsx'
import { TextDiff } from './TextDiff.tsx'

/** What a fix would make of the text, and of objects beside it, before it does. */
export function FixDialog(props: {
  fix: Fix
  before: string
  after: string
  /** What it does to objects that are not in the text. */
  others: readonly FixEdits[]
  /** Why the text cannot be applied now; null: it can. */
  whyNot: string | null
  onPut: () => void
  onReview: (others: OtherChange[]) => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const { before, after, others } = props
  const read = useQueries({
    // Read as it is now, whatever was read before.
    queries: others.map(({ object }) => ({ ...objectQuery(object, unknown), staleTime: 0, gcTime: 0 })),
  })
  const changes = others.map((each, index) => {
    const { data, isFetching } = read[index] ?? {}
    return data === undefined || isFetching === true ? undefined : otherChange(each, data.object, data.owner)
  })
  const missing = useWhyNot(
    others.map(({ object }) => object),
    ['patch'],
  )
  const isInText = after !== before
  const whyNot =
    (isInText ? props.whyNot : null) ??
    missing ??
    (changes.every(change => change != null) ? null : t($ => $.editor.fixWaits))
  const review = () => props.onReview(changes.filter(change => change != null))
  return (
    <Dialog
      title={t($ => $.editor.fixPreview, { title: props.fix.title })}
      isWide={others.length > 0}
      onClose={props.onClose}
      foot={
        <>
          {others.length > 0 && (
            <span id={`${id}why`} className="t3 s11">
              {whyNot}
            </span>
          )}
          <span className="grow" />
          <button type="button" className="btn lg" onClick={event => event.currentTarget.closest('dialog')?.close()}>
            {t($ => $.editor.cancel)}
          </button>
          {others.length > 0 ? (
            <button
              type="button"
              className="btn lg primary"
              disabled={whyNot !== null}
              aria-describedby={`${id}why`}
              onClick={review}
            >
              {t($ => $.editor.review)}
            </button>
          ) : (
            <button
              type="button"
              className="btn lg primary"
              onClick={event => {
                props.onPut()
                event.currentTarget.closest('dialog')?.close()
              }}
            >
              {t($ => $.editor.fixApply)}
            </button>
          )}
        </>
      }
    >
      {isInText && others.length === 0 && <TextDiff before={before} after={after} />}
      {isInText && others.length > 0 && (
        <section>
          <h3>{t($ => $.editor.fixText)}</h3>
          <TextDiff before={before} after={after} />
        </section>
      )}
      {others.map(({ object }, index) => (
        <section key={keyOf(object)}>
          <h3>
            {object.kind} <span className="mono">{nameOf(object)}</span>
          </h3>
          <Other change={changes[index]} error={read[index]?.error ?? null} />
        </section>
      ))}
    </Dialog>
  )
}

function Other({ change, error }: { change: OtherChange | null | undefined; error: Error | null }): ReactNode {
  const { t } = useTranslation('config')
  if (error !== null) return <p className="note failing">{problemFrom(error).detail}</p>
  if (change === undefined) return <p className="t3">{t($ => $.object.reading)}</p>
  if (change === null) return <p className="note degraded">{t($ => $.editor.fixGone)}</p>
  return <TextDiff before={change.before} after={change.after} />
}

const nameOf = ({ namespace, name }: ObjectRef): string => (namespace === '' ? name : `${namespace}/${name}`)
