import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { Popover } from '#web/ui/Popover.tsx'

export interface FacetValue {
  value: string
  label: ReactNode
  /** What it is narrowed by, and said by where it is the only one chosen. */
  text: string
  /** How many rows it would show. */
  count: number
}

const searchedFrom = 9
/** Of one identity, so that it is called once, when the field appears. */
const focus = (element: HTMLInputElement | null) => element?.focus()

/** Many of many: tick to narrow the list. No choice at all means any. */
export function FacetMenu(props: {
  name: string
  values: readonly FacetValue[]
  chosen: readonly string[]
  onChoose: (chosen: string[]) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const [isOpen, setOpen] = useState(false)
  const [first, ...others] = props.chosen
  const only = props.values.find(({ value }) => value === first)
  return (
    <Popover
      className={first === undefined ? 'btn facet' : 'btn facet is-chosen'}
      label={props.name}
      width={288}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <span className="cut">
            {first === undefined
              ? props.name
              : others.length > 0
                ? t($ => $.list.facet.several, { name: props.name, count: props.chosen.length })
                : t($ => $.list.facet.chosen, { name: props.name, value: only?.text ?? first })}
          </span>
          <Icon name="down" small />
        </>
      }
    >
      <Choices {...props} />
    </Popover>
  )
}

function Choices(props: {
  name: string
  values: readonly FacetValue[]
  chosen: readonly string[]
  onChoose: (chosen: string[]) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const [text, setText] = useState('')
  const { values, chosen } = props
  const shown = values.filter(value => value.text.toLowerCase().includes(text.trim().toLowerCase()))
  const isSearched = values.length >= searchedFrom
  const toggle = (value: string) =>
    props.onChoose(chosen.includes(value) ? chosen.filter(each => each !== value) : [...chosen, value])
  return (
    <div className="facet-list">
      {isSearched && (
        <label className="field">
          <Icon name="search" />
          <input
            ref={focus}
            value={text}
            onChange={event => setText(event.target.value)}
            placeholder={t($ => $.list.facet.narrow)}
            aria-label={t($ => $.list.facet.narrow)}
            spellCheck={false}
          />
        </label>
      )}
      <ul aria-label={props.name}>
        {text.trim() === '' && (
          <li>
            <label className="tick">
              <input
                ref={isSearched ? undefined : focus}
                type="checkbox"
                checked={chosen.length === 0}
                onChange={() => props.onChoose([])}
              />
              <span className="grow med">{t($ => $.list.facet.any)}</span>
            </label>
          </li>
        )}
        {shown.map(({ value, label, count }) => (
          <li key={value}>
            <label className="tick">
              <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
              <span className="cut grow">{label}</span>
              <span className="t3 s11 num">{count}</span>
            </label>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="t3 nothing">{t($ => $.list.facet.nothing, { text: text.trim() })}</p>}
    </div>
  )
}
