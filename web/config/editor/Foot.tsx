import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'

/** The way to the cluster, and the buttons that walk it. A button that does nothing says why beside itself. */
export function Foot(props: {
  isDraft: boolean
  /** A new object has nothing to go back to, and nothing to delete. */
  isNew: boolean
  /** What was typed last is not read yet. */
  isReading: boolean
  whyNotReview: string | null
  whyNotDelete: string | null
  onReview: () => void
  onDelete: () => void
  onDiscard: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const steps = [t($ => $.editor.steps.dryRun), t($ => $.editor.steps.diff), t($ => $.editor.steps.apply)]
  return (
    <footer className="edit-foot">
      <ol className="steps" aria-label={t($ => $.editor.stepsName)}>
        {steps.map((word, index) => (
          <li key={word}>
            <span className="n">{index + 1}</span>
            {word}
          </li>
        ))}
      </ol>
      <span id={`${id}why`} className="why grow t2 s12">
        {props.whyNotReview !== null && (props.isDraft || props.isNew) && (
          <>
            <Icon name="clock" small />
            {props.whyNotReview}
          </>
        )}
      </span>
      {!props.isNew && (
        <button
          type="button"
          className="btn lg"
          aria-disabled={props.whyNotDelete !== null}
          title={props.whyNotDelete ?? undefined}
          onClick={() => {
            if (props.whyNotDelete === null) props.onDelete()
          }}
        >
          {t($ => $.editor.delete)}
        </button>
      )}
      <button type="button" className="btn lg" disabled={!props.isDraft} onClick={props.onDiscard}>
        {t($ => $.editor.discard)}
      </button>
      <button
        type="button"
        className="btn lg primary"
        aria-disabled={props.whyNotReview !== null || props.isReading}
        aria-describedby={`${id}why`}
        title={props.whyNotReview ?? undefined}
        onClick={() => {
          if (props.whyNotReview === null && !props.isReading) props.onReview()
        }}
      >
        {props.isNew ? t($ => $.editor.create) : t($ => $.editor.review)}
      </button>
    </footer>
  )
}
