import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'

/** Narrows a list by words; an empty field says none. */
export const FilterField = (props: {
  /** How wide it is and where it stands is for the page to say. */
  className: string
  name: string
  value: string
  onChange: (words: string | undefined) => void
}): ReactNode => (
  <label className={`field ${props.className}`}>
    <Icon name="search" />
    <input
      type="text"
      value={props.value}
      placeholder={props.name}
      aria-label={props.name}
      spellCheck={false}
      autoComplete="off"
      maxLength={256}
      onChange={event => props.onChange(event.target.value === '' ? undefined : event.target.value)}
    />
  </label>
)
