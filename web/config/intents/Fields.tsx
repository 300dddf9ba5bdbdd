import { type ReactNode, useId } from 'react'
import type { Problem } from '#shared/config/intents/intent.ts'
import { useProblemText } from './problem-text.ts'

/** Small fields for the forms of tasks: a label, one line of help, and what is wrong with the entry, where it is. */

interface Common {
  label: string
  help?: string
  problems: readonly Problem[]
  /** The model's field, as `check` names it. */
  field: string
}

export function TextField(
  props: Common & {
    value: string
    placeholder?: string
    isMono?: boolean
    choices?: readonly string[]
    onChange: (value: string) => void
  },
): ReactNode {
  const id = useId()
  const own = props.problems.filter(({ field }) => field === props.field)
  return (
    <Row {...props} id={id} own={own}>
      <span className="field">
        <input
          id={id}
          className={props.isMono === false ? undefined : 'mono'}
          value={props.value}
          placeholder={props.placeholder}
          spellCheck={false}
          autoComplete="off"
          list={props.choices === undefined ? undefined : `${id}list`}
          aria-invalid={own.length > 0}
          aria-describedby={`${id}help`}
          maxLength={1024}
          onChange={event => props.onChange(event.target.value)}
        />
      </span>
      {props.choices !== undefined && (
        <datalist id={`${id}list`}>
          {props.choices.map(choice => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </datalist>
      )}
    </Row>
  )
}

export function NumberField(
  props: Common & {
    value: number | null
    unit?: string
    /** What holds where nothing is written. */
    placeholder?: string
    min?: number
    max?: number
    step?: number | 'any'
    onChange: (value: number | null) => void
  },
): ReactNode {
  const id = useId()
  const own = props.problems.filter(({ field }) => field === props.field)
  return (
    <Row {...props} id={id} own={own}>
      <span className="field number">
        <input
          id={id}
          type="number"
          value={props.value ?? ''}
          placeholder={props.placeholder}
          min={props.min ?? 0}
          max={props.max}
          step={props.step ?? 1}
          aria-invalid={own.length > 0}
          aria-describedby={`${id}help`}
          onChange={event => {
            const { valueAsNumber } = event.target
            props.onChange(Number.isNaN(valueAsNumber) ? null : valueAsNumber)
          }}
        />
        {props.unit !== undefined && <span className="t3">{props.unit}</span>}
      </span>
    </Row>
  )
}

export function ChoiceField<Value extends string>(
  props: Common & {
    value: Value
    options: readonly { value: Value; label: string }[]
    onChange: (value: Value) => void
  },
): ReactNode {
  const id = useId()
  const own = props.problems.filter(({ field }) => field === props.field)
  return (
    <Row {...props} id={id} own={own}>
      <select
        id={id}
        className="field"
        value={props.value}
        aria-invalid={own.length > 0}
        aria-describedby={`${id}help`}
        onChange={event => {
          const chosen = props.options.find(({ value }) => value === event.target.value)
          if (chosen !== undefined) props.onChange(chosen.value)
        }}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </Row>
  )
}

/** A part that is there or not; its fields are shown while it is. */
export function Part(props: {
  label: string
  help: string
  isOn: boolean
  onToggle: (isOn: boolean) => void
  children: ReactNode
}): ReactNode {
  return (
    <section className="task-part">
      <label className="task-toggle">
        <input type="checkbox" checked={props.isOn} onChange={event => props.onToggle(event.target.checked)} />
        <span className="med">{props.label}</span>
        <span className="t3 s12">{props.help}</span>
      </label>
      {props.isOn && <div className="task-fields">{props.children}</div>}
    </section>
  )
}

function Row(props: Common & { id: string; own: readonly Problem[]; children: ReactNode }): ReactNode {
  const say = useProblemText()
  return (
    <div className="task-field">
      <label htmlFor={props.id}>{props.label}</label>
      {props.children}
      <p id={`${props.id}help`} className={props.own.length > 0 ? 'c-failing s12' : 't3 s12'}>
        {props.own.length > 0 ? props.own.map(say).join(' ') : props.help}
      </p>
    </div>
  )
}

/** What is wrong with the task as a whole, or with a field that has no place of its own. */
export function Problems({ problems, of }: { problems: readonly Problem[]; of: readonly string[] }): ReactNode {
  const say = useProblemText()
  const own = problems.filter(({ field }) => field !== null && of.includes(field))
  return own.map((problem, index) => (
    <p key={index} className="c-failing s12" role="alert">
      {say(problem)}
    </p>
  ))
}
