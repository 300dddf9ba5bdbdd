import type { ReactNode } from 'react'

export interface Choice<Value extends string> {
  value: Value
  label: ReactNode
  /** The accessible name where the label is a picture. */
  name?: string
  title?: string
}

/** One of a few, all of them in sight: buttons that stay pressed. */
export function Segmented<Value extends string>(props: {
  name: string
  value: Value
  choices: readonly Choice<Value>[]
  onChoose: (value: Value) => void
}): ReactNode {
  return (
    <div className="seg" role="group" aria-label={props.name}>
      {props.choices.map(choice => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === props.value}
          aria-label={choice.name}
          title={choice.title ?? choice.name}
          onClick={() => props.onChoose(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  )
}
