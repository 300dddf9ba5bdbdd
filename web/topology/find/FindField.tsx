import type { ReactNode } from 'react'
import { Icon } from '#web/ui/Icon.tsx'

export function FindField(props: {
  label: string
  placeholder: string
  text: string
  found: string | null
  namespaces: readonly string[]
  onText: (text: string) => void
}): ReactNode {
  return (
    <label className="field grow">
      <Icon name="search" />
      <input
        aria-label={props.label}
        placeholder={props.placeholder}
        value={props.text}
        onChange={event => props.onText(event.target.value)}
      />
      {props.found !== null && <span className="t3 s11 nowrap">{props.found}</span>}
    </label>
  )
}
