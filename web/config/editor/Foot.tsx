import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { exactClock } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'

/** The way to the cluster, and the buttons that walk it. A button that does nothing says why beside itself. */
export function Foot(props: {
  isDraft: boolean
  /** A new object has nothing to go back to, and nothing to delete. */
  isNew: boolean
  /** How far the text has come on its way. */
  way: {
    /** When the server accepted this very text on trial. */
    triedAt: number | null
    isRefused: boolean
    /** Fields of others wait for a person to decide. */
    isContested: boolean
    lines: { added: number; removed: number } | null
    /** To reach; null where the kind selects none. */
    proxies: number | null
  }
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
  const { triedAt, isRefused, isContested, lines, proxies } = props.way
  const isOnTheWay = props.isDraft || props.isNew
  const steps = [
    {
      word: t($ => $.editor.steps.dryRun),
      told:
        triedAt !== null
          ? t($ => $.editor.steps.accepted, { at: exactClock(triedAt) })
          : isRefused
            ? t($ => $.editor.steps.refused)
            : isContested
              ? t($ => $.editor.steps.contested)
              : null,
      isDone: triedAt !== null,
    },
    {
      word: t($ => $.editor.steps.diff),
      told: lines === null ? null : `+${lines.added} −${lines.removed}`,
      isDone: false,
    },
    {
      word: t($ => $.editor.steps.apply),
      told: proxies === null ? null : t($ => $.editor.steps.proxies, { count: proxies }),
      isDone: false,
    },
  ]
  const current = !isOnTheWay ? -1 : triedAt === null ? 0 : 1
  return (
    <footer className="edit-foot">
      <ol className="steps" aria-label={t($ => $.editor.stepsName)}>
        {steps.map(({ word, told, isDone }, index) => (
          <li
            key={word}
            className={isDone ? 'is-done' : index === current ? 'is-current' : ''}
            aria-current={index === current ? 'step' : undefined}
          >
            <span className="n">{isDone ? <Icon name="check" small /> : index + 1}</span>
            <span className="step">
              {word}
              {told !== null && <span className={index === 0 && isRefused ? 'c-failing s11' : 't2 s11'}>{told}</span>}
            </span>
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
