import { useCombobox } from 'downshift'
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingLevel } from '#shared/config/finding.ts'
import { healthOf } from '#web/config/editor/health.ts'
import type { Suggestion } from '#web/config/forms/form.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { Ids } from './FieldBox.tsx'
import { fitting, Options, own } from './Options.tsx'

export interface Chip {
  key: string
  text: string
  /** The whole of it, where the text is a short form. */
  title?: string
  level?: FindingLevel | undefined
}

/**
 * Entries as chips with a line behind them. Enter or a comma ends one, what is pasted becomes several; Backspace in the
 * empty line takes the last; arrows walk to the chips, where Enter and Delete take one.
 */
export function ChipList(props: {
  ids: Ids
  chips: readonly Chip[]
  suggestions: readonly Suggestion[]
  placeholder?: string | undefined
  isLocked: boolean
  /** What became of it: null taken, else why not; then it stays in the line. */
  onAdd: (texts: readonly string[]) => string | null
  onRemove: (index: number) => void
  split: (text: string) => string[]
}): ReactNode {
  const { t } = useTranslation('config')
  const { ids, chips, isLocked } = props
  const [text, setText] = useState('')
  const [why, setWhy] = useState<string | null>(null)
  const items = fitting(
    props.suggestions.filter(({ value }) => !chips.some(chip => chip.key === value)),
    text,
  )
  const add = (texts: readonly string[]) => {
    if (texts.length === 0 || isLocked) return
    const refusal = props.onAdd(texts)
    setWhy(refusal)
    if (refusal === null) setText('')
  }
  const box = useCombobox<Suggestion>({
    inputId: ids.id,
    labelId: ids.label,
    items,
    inputValue: text,
    selectedItem: null,
    itemToString: item => item?.value ?? '',
    // Who leaves has not chosen what the arrows were on.
    stateReducer: (_, { type, changes }) =>
      type === useCombobox.stateChangeTypes.InputBlur ? { ...changes, selectedItem: null } : changes,
  })
  /** At once, not after downshift has told of it: a hand may be typing the next. The list stays open for more. */
  const choose = (event: { nativeEvent: Event }, item: Suggestion) => {
    own(event)
    add([item.value])
    box.setHighlightedIndex(-1)
  }
  const remove = (index: number, near: Element) => {
    if (isLocked) return
    props.onRemove(index)
    lineOf(near)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (text === '' && event.key === 'Backspace' && chips.length > 0) remove(chips.length - 1, event.currentTarget)
    if (text === '' && event.key === 'ArrowLeft') buttonsOf(event.currentTarget).at(-1)?.focus()
    const at = event.key === 'Enter' && box.isOpen ? items[box.highlightedIndex] : undefined
    if (at !== undefined) choose(event, at)
    if (at !== undefined || (event.key !== ',' && event.key !== 'Enter')) return
    event.preventDefault()
    add(props.split(text))
  }
  const onChipKey = (event: KeyboardEvent, index: number) => {
    const near = event.currentTarget
    if (event.key === 'Delete' || event.key === 'Backspace') remove(index, near)
    if (event.key === 'ArrowLeft') buttonsOf(near)[index - 1]?.focus()
    if (event.key === 'ArrowRight') (buttonsOf(near)[index + 1] ?? lineOf(near))?.focus()
  }
  const onPaste = (event: ClipboardEvent) => {
    const pasted = props.split(text + event.clipboardData.getData('text'))
    if (pasted.length < 2) return
    event.preventDefault()
    add(pasted)
  }
  return (
    <div className="f-combo">
      <div className="field f-chips">
        {chips.map((chip, index) => (
          <span
            key={`${chip.key} ${index}`}
            title={chip.title}
            className={`chip mono ${chip.level === undefined ? '' : healthOf[chip.level]}`}
          >
            {chip.level !== undefined && <HealthMark health={healthOf[chip.level]} />}
            <span className="cut">{chip.text}</span>
            <button
              type="button"
              tabIndex={-1}
              aria-label={t($ => $.form.removeNamed, { name: chip.title ?? chip.text })}
              aria-disabled={isLocked}
              onClick={event => remove(index, event.currentTarget)}
              onKeyDown={event => onChipKey(event, index)}
            >
              ×
            </button>
          </span>
        ))}
        <input
          {...box.getInputProps({
            className: 'mono',
            placeholder: chips.length === 0 ? props.placeholder : undefined,
            readOnly: isLocked,
            autoComplete: 'off',
            spellCheck: false,
            'aria-describedby': `${ids.describedBy} ${ids.id}why`,
            'aria-invalid': ids.isWrong || why !== null,
            onChange: event => {
              setText(event.currentTarget.value)
              setWhy(null)
            },
            onKeyDown,
            onPaste,
            // What was written and not ended is meant all the same.
            onBlur: () => add(props.split(text)),
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
      <p id={`${ids.id}why`} className="c-failing s11 f-why">
        {why}
      </p>
    </div>
  )
}

const lineOf = (near: Element): HTMLElement | null => near.closest('.f-chips')?.querySelector('input') ?? null
const buttonsOf = (near: Element): HTMLElement[] => [
  ...(near.closest('.f-chips')?.querySelectorAll<HTMLElement>('.chip button') ?? []),
]
