import type { ReactNode } from 'react'
import type { Suggestion } from '#web/config/forms/form.ts'

/** Suggestions under an entry. `of` is downshift's: roles, names, what the hand is on. */
export function Options(props: {
  options: readonly Suggestion[]
  isOpen: boolean
  at: number
  menu: object
  item: (option: Suggestion, index: number) => object
}): ReactNode {
  const { options, isOpen, at } = props
  return (
    <ul {...props.menu} className="f-options" hidden={!isOpen || options.length === 0}>
      {isOpen &&
        options.map((option, index) => (
          <li key={option.value} {...props.item(option, index)} className={index === at ? 'is-at' : undefined}>
            <span className="mono cut">{option.value}</span>
            <span className="t3 cut">{option.detail}</span>
          </li>
        ))}
    </ul>
  )
}

/** Those that hold what is written, first those that begin with it; as many as a list shows. */
export function fitting(suggestions: readonly Suggestion[], written: string, most = 40): Suggestion[] {
  const wanted = written.trim().toLowerCase()
  const rank = ({ value, detail }: Suggestion) => {
    const text = value.toLowerCase()
    return text.startsWith(wanted) ? 0 : text.includes(wanted) ? 1 : detail.toLowerCase().includes(wanted) ? 2 : 3
  }
  return suggestions
    .map(suggestion => [rank(suggestion), suggestion] as const)
    .filter(([place]) => place < 3)
    .toSorted(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, suggestion]) => suggestion)
}

/** What a key or a click does is done here: downshift leaves it alone. */
export function own({ nativeEvent }: { nativeEvent: Event }): void {
  Object.assign(nativeEvent, { preventDownshiftDefault: true })
}
