import { type ReactNode, useState } from 'react'

/** Keeps what is typed while it is no value yet, and tells it as soon as it is one; who leaves finds what is kept. */
export function useTyped<Value>(given: {
  text: string
  take: (text: string) => Value | null
  onValue: (value: Value) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  return {
    shown: typed ?? given.text,
    isWrong: typed !== null && given.take(typed) === null,
    type: (text: string) => {
      setTyped(text)
      const taken = given.take(text)
      if (taken !== null) given.onValue(taken)
    },
    leave: () => setTyped(null),
  }
}

/** What must not be empty. */
export const filled = (text: string): string | null => (text === '' ? null : text)

/** A labelled field of that manner. */
export function Typed<Value>(props: {
  name: string
  text: string
  take: (text: string) => Value | null
  onValue: (value: Value) => void
  isWide?: boolean
  isMono?: boolean
  maxLength?: number
}): ReactNode {
  const { shown, isWrong, type, leave } = useTyped(props)
  return (
    <label className={props.isWide === true ? 'own-labelled grow' : 'own-labelled'}>
      <span>{props.name}</span>
      <input
        className={props.isMono === true ? 'field mono' : 'field'}
        value={shown}
        spellCheck={props.isMono === true ? false : undefined}
        aria-invalid={isWrong}
        maxLength={props.maxLength}
        onChange={event => type(event.target.value)}
        onBlur={leave}
      />
    </label>
  )
}
