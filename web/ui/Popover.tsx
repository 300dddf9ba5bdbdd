import { type ReactNode, useId, useRef } from 'react'
import { place } from './place.ts'

/**
 * A button and what it opens, on the browser's own popover: top layer, light dismiss, Escape and focus return come with
 * it. The content is rendered only while it is open.
 */
export function Popover(props: {
  className?: string
  title?: string
  /** Accessible name of the button, where its content is not one. */
  name?: string
  button: ReactNode
  kind?: 'dialog' | 'menu'
  /** Accessible name of what opens. */
  label: string
  width?: number
  isOpen: boolean
  onToggle: (isOpen: boolean) => void
  children: ReactNode
}): ReactNode {
  const id = useId()
  const trigger = useRef<HTMLButtonElement>(null)
  const kind = props.kind ?? 'dialog'
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={props.className ?? 'btn'}
        title={props.title}
        aria-label={props.name}
        aria-haspopup={kind}
        aria-expanded={props.isOpen}
        popoverTarget={id}
      >
        {props.button}
      </button>
      <div
        id={id}
        popover="auto"
        role={kind}
        aria-label={props.label}
        className={kind === 'menu' ? 'float menu' : 'float'}
        style={{ width: props.width }}
        onBeforeToggle={event => {
          if (event.newState === 'open') place(event.currentTarget, trigger.current)
        }}
        onToggle={event => props.onToggle(event.newState === 'open')}
        ref={element => {
          if (element !== null && props.isOpen) place(element, trigger.current)
        }}
      >
        {props.isOpen && props.children}
      </div>
    </>
  )
}
