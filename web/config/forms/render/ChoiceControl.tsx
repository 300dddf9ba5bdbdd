import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shown } from '#web/config/forms/engine.ts'
import { write } from '#web/config/forms/engine-acts.ts'
import type { ChoiceField, FlagField } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'

interface Option {
  /** Null: the field is not there. */
  value: string | boolean | null
  label: string
  help: string
}

/** One of a few words: all in sight where they fit a line, else in a list. */
export function ChoiceControl({ shown }: { shown: Shown<never, ChoiceField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { texts } = useForm()
  const { field, value } = shown
  const options: Option[] = field.options.map(option => ({ value: option.value, ...option.say(texts) }))
  const said = typeof value === 'string' ? value : null
  const isKnown = options.some(option => option.value === said)
  const all: Option[] = [
    ...options,
    ...(said !== null && !isKnown ? [{ value: said, label: said, help: t($ => $.form.unknownChoice) }] : []),
    ...(said === null && !isKnown && field.absent === undefined
      ? [{ value: null, label: t($ => $.form.unsaid), help: '' }]
      : []),
  ]
  const chosen = said ?? (isKnown ? null : (field.absent ?? null))
  return <OneOf shown={shown} options={all} chosen={chosen} />
}

/** Yes, no, or not said; which of them holds then is told. */
export function FlagControl({ shown }: { shown: Shown<never, FlagField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { field, value } = shown
  const yes = t($ => $.form.yes)
  const no = t($ => $.form.no)
  const options: Option[] = [
    { value: null, label: t($ => $.form.unsaidFlag, { word: field.absent ? yes : no }), help: '' },
    { value: true, label: yes, help: '' },
    { value: false, label: no, help: '' },
  ]
  return <OneOf shown={shown} options={options} chosen={typeof value === 'boolean' ? value : null} />
}

function OneOf(props: { shown: Shown<never>; options: readonly Option[]; chosen: string | boolean | null }): ReactNode {
  const { act, isLocked } = useForm()
  const { shown, options, chosen } = props
  const meaning = options.find(({ value }) => value === chosen)?.help
  const isShort = options.length <= 4 && options.reduce((sum, { label }) => sum + label.length, 0) <= 34
  const choose = (value: Option['value']) => {
    if (!isLocked && value !== chosen) act(write(shown, value ?? undefined))
  }
  return (
    <FieldBox shown={shown} isGroup={isShort} meaning={meaning === '' ? undefined : meaning}>
      {ids =>
        isShort ? (
          <div className="seg f-seg" role="radiogroup" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
            {options.map(({ value, label }, index) => (
              <button
                key={String(value)}
                type="button"
                role="radio"
                aria-checked={value === chosen}
                aria-disabled={isLocked}
                tabIndex={value === chosen || (index === 0 && !options.some(each => each.value === chosen)) ? 0 : -1}
                onClick={() => choose(value)}
                onKeyDown={event => {
                  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
                  if (step === undefined) return
                  event.preventDefault()
                  const next = (index + step + options.length) % options.length
                  choose(options[next]?.value ?? null)
                  ;(event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus()
                }}
              >
                {label}
              </button>
            ))}
          </div>
        ) : (
          <select
            id={ids.id}
            className="field f-select"
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isWrong}
            disabled={isLocked}
            value={String(chosen)}
            onChange={event => choose(options.find(({ value }) => String(value) === event.target.value)?.value ?? null)}
          >
            {options.map(({ value, label }) => (
              <option key={String(value)} value={String(value)}>
                {label}
              </option>
            ))}
          </select>
        )
      }
    </FieldBox>
  )
}
