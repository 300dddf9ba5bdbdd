import { useCombobox } from 'downshift'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shown } from '#web/config/forms/engine.ts'
import { enter } from '#web/config/forms/engine-acts.ts'
import {
  type EntryField,
  type EntryProblem,
  isProblem,
  parse,
  print,
  troubleOf,
} from '#web/config/forms/engine-entry.ts'
import type { Suggestion } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'
import { fitting, Options, own } from './Options.tsx'

/**
 * A text, number or duration in one line. It is written into the YAML with every key that makes sense; what makes none
 * stays in the field, and says why. Emptied, it goes when the field is left: a hand may be writing another.
 */
export function LineControl({ shown }: { shown: Shown<never, EntryField<never>> }): ReactNode {
  const form = useForm()
  const { field } = shown
  const printed = print(field, shown.value)
  const line = useLine(shown, printed)
  const sayProblem = useProblemText()
  const suggestions = 'suggest' in field && field.suggest !== undefined ? field.suggest(shown.around) : []
  const check = field.type === 'text' ? field.check : undefined
  const trouble = line.problem ?? troubleOf(field, shown.value)
  const problem =
    trouble !== null
      ? sayProblem(trouble)
      : line.text !== '' && check !== undefined
        ? check(line.text, form.texts)
        : null
  const unit = field.type === 'number' ? field.unit : undefined
  const absent = field.type === 'number' || field.type === 'duration' ? field.absent : undefined
  const placeholder = field.type === 'text' ? field.placeholder : absent === undefined ? undefined : String(absent)
  const input = {
    placeholder,
    readOnly: form.isLocked,
    autoComplete: 'off',
    spellCheck: false,
    inputMode: field.type === 'number' ? ('decimal' as const) : undefined,
  }
  return (
    <FieldBox shown={shown} problem={problem}>
      {ids =>
        field.type === 'text' && field.isLong === true ? (
          <textarea
            id={ids.id}
            className="field mono f-long"
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isWrong}
            rows={Math.min(10, line.text.split('\n').length + 1)}
            value={line.text}
            readOnly={form.isLocked}
            spellCheck={false}
            onChange={event => line.onText(event.target.value)}
            onBlur={line.onLeave}
          />
        ) : suggestions.length > 0 ? (
          <Suggesting
            ids={{ id: ids.id, label: ids.label }}
            suggestions={suggestions}
            line={line}
            input={{ ...input, 'aria-describedby': ids.describedBy, 'aria-invalid': ids.isWrong }}
          />
        ) : (
          <div className="field">
            <input
              {...input}
              id={ids.id}
              className="mono"
              aria-describedby={ids.describedBy}
              aria-invalid={ids.isWrong}
              value={line.text}
              onChange={event => line.onText(event.target.value)}
              onKeyDown={event => {
                if (event.key === 'Enter') line.onLeave()
              }}
              onBlur={line.onLeave}
            />
            {unit !== undefined && <span className="t3">{unit}</span>}
          </div>
        )
      }
    </FieldBox>
  )
}

interface Line {
  text: string
  problem: EntryProblem | null
  onText: (text: string) => void
  onLeave: () => void
}

/** What a hand is writing, as long as the YAML does not say something else meanwhile. */
function useLine(shown: Shown<never, EntryField<never>>, printed: string): Line {
  const { act, isLazy, isLocked } = useForm()
  const [writing, setWriting] = useState<{ text: string; over: string } | null>(null)
  const current = writing !== null && writing.over === printed ? writing : null
  const text = current?.text ?? printed
  const entered = enter(shown, text)
  /** Tells how the YAML will read: `1.` is 1 there, and a hand goes on writing `1.5`. */
  const commit = (next: string): string => {
    const result = enter(shown, next)
    if (isProblem(result) || result.edits.length === 0) return printed
    act(result.edits)
    const parsed = parse(shown.field, next)
    return isProblem(parsed) ? printed : print(shown.field, parsed.value)
  }
  return {
    text,
    problem: isProblem(entered) ? entered.problem : null,
    onText: next => {
      if (isLocked) return
      setWriting({ text: next, over: next === '' || isLazy ? printed : commit(next) })
    },
    onLeave: () => {
      if (current === null || isProblem(entered)) return
      commit(current.text)
      setWriting(null)
    },
  }
}

function Suggesting(props: {
  ids: { id: string; label: string }
  suggestions: readonly Suggestion[]
  line: Line
  input: object
}): ReactNode {
  const { ids, line } = props
  // Opened anew, all are offered: what stands there is no search.
  const [isSearch, setSearch] = useState(false)
  const items = fitting(props.suggestions, isSearch ? line.text : '')
  const box = useCombobox<Suggestion>({
    inputId: ids.id,
    labelId: ids.label,
    items,
    inputValue: line.text,
    itemToString: item => item?.value ?? '',
    selectedItem: null,
    onIsOpenChange: ({ isOpen }) => {
      if (!isOpen) setSearch(false)
    },
    stateReducer: (_, { type, changes }) =>
      // To leave is not to choose.
      type === useCombobox.stateChangeTypes.InputBlur ? { ...changes, selectedItem: null } : changes,
  })
  /** At once: who presses Tab next has it. */
  const choose = (event: { nativeEvent: Event }, item: Suggestion) => {
    own(event)
    line.onText(item.value)
    box.closeMenu()
  }
  return (
    <div className="f-combo">
      <div className="field">
        <input
          {...box.getInputProps({
            ...props.input,
            className: 'mono',
            onChange: event => {
              setSearch(true)
              line.onText(event.currentTarget.value)
            },
            onKeyDown: event => {
              const at = event.key === 'Enter' && box.isOpen ? items[box.highlightedIndex] : undefined
              if (at !== undefined) choose(event, at)
              else if (event.key === 'Enter') line.onLeave()
            },
            onBlur: line.onLeave,
          })}
        />
      </div>
      <Options
        options={items}
        isOpen={box.isOpen}
        at={box.highlightedIndex}
        menu={box.getMenuProps()}
        item={(item, index) => box.getItemProps({ item, index, onClick: event => choose(event, item) })}
      />
    </div>
  )
}

export function useProblemText(): (problem: EntryProblem) => string {
  const { t } = useTranslation('config')
  return ({ code, detail }) => t($ => $.form.problem[code], { detail })
}
