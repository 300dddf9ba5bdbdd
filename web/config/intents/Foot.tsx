import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'

/** The way to the cluster. A button that does nothing says why beside itself. */
export function Foot(props: {
  whyNot: string | null
  isTyped: boolean
  onReset: () => void
  onReview: () => void
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
        {props.whyNot}
      </span>
      <button type="button" className="btn lg" disabled={!props.isTyped} onClick={props.onReset}>
        {t($ => $.intents.reset)}
      </button>
      <button
        type="button"
        className="btn lg primary"
        aria-disabled={props.whyNot !== null}
        aria-describedby={`${id}why`}
        onClick={() => {
          if (props.whyNot === null) props.onReview()
        }}
      >
        {t($ => $.editor.review)}
      </button>
    </footer>
  )
}
