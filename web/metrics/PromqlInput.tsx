import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useDeferredValue, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { completed, functions, type Place, placeAt } from './place.ts'
import { wordsQuery } from './query.ts'

const mostFunctions = 8

/**
 * A line of PromQL with what can stand where the caret is: metrics and functions, labels, values. Arrows choose, Enter
 * or Tab takes, Escape puts the list away; with nothing chosen Enter asks, as in any form.
 */
export function PromqlInput(props: { value: string; onChange: (text: string) => void }): ReactNode {
  const { t } = useTranslation('metrics')
  const { value, onChange } = props
  const input = useRef<HTMLInputElement>(null)
  const list = useId()
  const [place, setPlace] = useState<Place | null>(null)
  const [at, setAt] = useState(-1)
  const written = place === null ? '' : value.slice(place.from, place.to)
  const { words, more } = useWords(place, useDeferredValue(written))
  const isOpen = place !== null && words.length > 0
  const look = (isTyped: boolean) => {
    const { value: text = '', selectionStart: caret = null } = input.current ?? {}
    const next = caret === null ? null : placeAt(text, caret)
    // A list over what is read while the caret only passes by would be in the way.
    setPlace(isTyped || place !== null ? next : null)
    setAt(-1)
  }
  const take = (word: string) => {
    if (place === null) return
    const made = completed(value, place, word)
    onChange(made.text)
    setPlace(null)
    setAt(-1)
    requestAnimationFrame(() => {
      input.current?.focus()
      input.current?.setSelectionRange(made.caret, made.caret)
    })
  }
  const key = (event: KeyboardEvent) => {
    const chosen = words[at]
    if (event.key === 'ArrowDown' && !isOpen) {
      event.preventDefault()
      look(true)
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt(at < 0 ? (step > 0 ? 0 : words.length - 1) : (at + step + words.length) % words.length)
    } else if (isOpen && chosen !== undefined && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault()
      take(chosen)
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      setPlace(null)
    }
  }
  return (
    <div className="promql">
      <input
        ref={input}
        type="text"
        className="mono"
        role="combobox"
        aria-label={t($ => $.promql)}
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={list}
        aria-activedescendant={isOpen && at >= 0 ? `${list}-${at}` : undefined}
        value={value}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        maxLength={4096}
        onChange={event => {
          onChange(event.target.value)
          look(true)
        }}
        onSelect={() => look(false)}
        onKeyDown={key}
        onBlur={() => setPlace(null)}
      />
      <ul id={list} role="listbox" aria-label={t($ => $.offered)} className="promql-words" hidden={!isOpen}>
        {isOpen &&
          words.map((word, index) => (
            <li
              key={word}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              className="mono cut"
              ref={index === at ? element => element?.scrollIntoView({ block: 'nearest' }) : null}
              // Before the field loses the hand.
              onMouseDown={event => {
                event.preventDefault()
                take(word)
              }}
            >
              {word}
            </li>
          ))}
      </ul>
      <span className="sr" role="status">
        {isOpen && t($ => $.offers, { count: words.length + more })}
      </span>
    </div>
  )
}

/** What the BFF knows for this place; functions are known here. */
function useWords(place: Place | null, written: string): { words: readonly string[]; more: number } {
  const { data } = useQuery(
    wordsQuery(
      {
        of: place?.of ?? 'metrics',
        has: written.slice(0, 128),
        ...(place !== null && place.of !== 'metrics' && place.metric !== null && { metric: place.metric }),
        ...(place?.of === 'values' && { label: place.label }),
      },
      place !== null,
    ),
  )
  const begun = written.toLowerCase()
  const own =
    place?.of === 'metrics' && written !== ''
      ? functions.filter(name => name.startsWith(begun)).slice(0, mostFunctions)
      : []
  const told = (data?.words ?? []).filter(word => !own.includes(word))
  // What stands there already is no offer.
  const words = [...own, ...told].filter(word => word !== written || functions.includes(word))
  return { words, more: data?.more ?? 0 }
}
