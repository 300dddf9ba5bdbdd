import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { Icon, type IconName } from './Icon.tsx'
import { Popover } from './Popover.tsx'

export interface MenuItem {
  key: string
  label: ReactNode
  icon?: IconName
  /** Present for one-of-many: whether this one is it. */
  isChosen?: boolean
  /** It cannot be done now, and why: it stays in its place and says so. */
  whyNot?: string
  onChoose: () => void
}

const steps: Record<string, (index: number, count: number) => number> = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** A button that opens a list of acts; arrows walk, Enter acts, Escape closes. */
export function Menu(props: {
  className?: string
  title?: string
  name?: string
  label: string
  button: ReactNode
  items: readonly MenuItem[]
}): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const walk = (event: KeyboardEvent<HTMLElement>) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
    const index = items.indexOf(document.activeElement as HTMLElement)
    items[step(index, items.length)]?.focus()
  }
  return (
    <Popover {...props} kind="menu" isOpen={isOpen} onToggle={setOpen}>
      <div role="none" onKeyDown={walk}>
        {props.items.map((item, index) => (
          <button
            key={item.key}
            type="button"
            role={item.isChosen === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.isChosen}
            aria-disabled={item.whyNot !== undefined}
            title={item.whyNot}
            tabIndex={-1}
            ref={element => {
              if (
                index ===
                Math.max(
                  0,
                  props.items.findIndex(each => each.isChosen === true),
                )
              )
                element?.focus()
            }}
            onClick={event => {
              if (item.whyNot !== undefined) return
              event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
              item.onChoose()
            }}
          >
            {item.icon !== undefined && <Icon name={item.icon} />}
            <span className="grow">
              {item.label}
              {item.whyNot !== undefined && <span className="why">{item.whyNot}</span>}
            </span>
            {item.isChosen === true && <Icon name="check" small />}
          </button>
        ))}
      </div>
    </Popover>
  )
}
