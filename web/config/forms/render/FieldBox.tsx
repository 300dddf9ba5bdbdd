import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Path, pathText } from '#shared/mesh/object.ts'
import type { Shown } from '#web/config/forms/engine.ts'
import { healthOf } from '#web/config/editor/health.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useForm } from './context.ts'
import { type FormMark, isWithin, marksAt, marksWithin } from './marks.ts'

export interface Ids {
  id: string
  label: string
  /** Of the sentences that explain the control: what it does, what is wrong. */
  describedBy: string
  isWrong: boolean
}

/** A field's label, what it does in one line, its control, and what is found there. */
export function FieldBox(props: {
  shown: Shown<never>
  /** At the right of the label: `3 workloads, 7 pods`. */
  detail?: ReactNode
  /** What is wrong with what a hand is writing. */
  problem?: string | null
  /** What the value means, always in sight. */
  meaning?: string | undefined
  /** Findings at single chips are told there as well. */
  isGroup?: boolean
  onRemove?: (() => void) | undefined
  children: (ids: Ids) => ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  const { marks, texts, caret, onFocus } = useForm()
  const { shown, problem = null, isGroup = false } = props
  const { field, path } = shown
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const { label, help } = field.say(texts)
  const found = isGroup ? marksAt(marks, path) : marksWithin(marks, path)
  const isLit = caret !== null && isLitBy(shown, caret)
  useEffect(() => {
    if (isLit && !box.current?.contains(document.activeElement)) box.current?.scrollIntoView({ block: 'nearest' })
  }, [isLit])
  const ids = {
    id,
    label: `${id}label`,
    describedBy: `${id}help ${id}said`,
    isWrong: problem !== null || found.some(({ level }) => level === 'Error'),
  }
  return (
    <div
      ref={box}
      className={isLit ? 'f is-lit' : 'f'}
      data-path={pathText(path)}
      onFocusCapture={event => {
        if (event.target.closest('.f') === box.current) onFocus(path)
      }}
    >
      <div className="f-label">
        {isGroup ? (
          <span id={ids.label}>{label}</span>
        ) : (
          <label id={ids.label} htmlFor={id}>
            {label}
            {field.isRequired === true && <span className="t3"> {t($ => $.form.required)}</span>}
          </label>
        )}
        {props.detail !== undefined && <span className="t3">{props.detail}</span>}
        {props.onRemove !== undefined && (
          <button type="button" className="link" onClick={props.onRemove}>
            {t($ => $.form.remove)}
            <span className="sr"> {label}</span>
          </button>
        )}
      </div>
      {props.children(ids)}
      {props.meaning !== undefined && <p className="t3 s11 f-meaning">{props.meaning}</p>}
      <p id={`${id}help`} className="t3 s11 f-help">
        {help}
      </p>
      <div id={`${id}said`} className="f-said">
        {problem !== null && (
          <p className="c-failing">
            <HealthMark health="failing" /> {problem}
          </p>
        )}
        {found.slice(0, 3).map((mark, index) => (
          <Said key={index} mark={mark} />
        ))}
      </div>
    </div>
  )
}

export function Said({ mark }: { mark: FormMark }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <p className={mark.level === 'Error' ? 'c-failing' : mark.level === 'Warning' ? 'c-degraded' : 't2'}>
      <HealthMark health={healthOf[mark.level]} /> <span className="sr">{t($ => $.object.level[mark.level])}: </span>
      {mark.message}
    </p>
  )
}

/** A leaf is lit where the caret is in it; what holds others only where it is in none of them. */
function isLitBy({ field, path }: Shown<never>, caret: Path): boolean {
  const isHolder = ['group', 'list', 'map', 'oneOf', 'shares'].includes(field.type)
  return isHolder ? caret.length === path.length && isWithin(caret, path) : isWithin(caret, path)
}
