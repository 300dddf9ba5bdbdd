import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { correct, type FindError } from '#shared/topology/find.ts'
import { parse } from '#shared/topology/find-parse.ts'
import { complete, type Suggestion, suggest, vocabularyOf } from '#shared/topology/find-suggest.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Rich } from '#web/ui/Rich.tsx'
import { errorText } from './error-text.ts'
import { piecesOf } from './pieces.ts'
import './find.css'

/** A query as it is typed: coloured, completed, and told at which place it goes wrong. */
export function FindField(props: {
  label: string
  placeholder: string
  text: string
  /** What came of it: “4 edges lit”. */
  found: string | null
  /** Whose names and values are suggested. */
  graph: Pick<Graph, 'nodes' | 'edges'> | null
  onText: (text: string) => void
}): ReactNode {
  const { t } = useTranslation()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const paint = useRef<HTMLSpanElement>(null)
  // What a hand is typing is here and goes to the address with every key; what comes from the address shows when nobody types.
  const [draft, setDraft] = useState<string | null>(null)
  const [caret, setCaret] = useState<number | null>(null)
  const [chosen, setChosen] = useState(-1)
  const text = draft ?? props.text
  const parsed = parse(text)
  const error = parsed.kind === 'error' && (draft === null || !parsed.isUnfinished) ? parsed : null
  const completion = caret === null ? null : suggest(text, caret, vocabularyOf(props.graph ?? nothing))
  const offers = completion?.items ?? []
  const isOpen = offers.length > 0

  const type = (next: string, at: number) => {
    setDraft(next)
    setCaret(at)
    setChosen(-1)
    props.onText(next)
  }
  const take = (offer: Suggestion) => {
    if (completion === null) return
    const next = complete(text, completion, offer)
    type(next.text, next.cursor)
    requestAnimationFrame(() => input.current?.setSelectionRange(next.cursor, next.cursor))
    input.current?.focus()
  }
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return
    const offer = offers[chosen]
    if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen(((chosen < 0 && step < 0 ? 0 : chosen) + step + offers.length) % offers.length)
    } else if (offer !== undefined && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault()
      take(offer)
    } else if (event.key === 'Enter') setCaret(null)
    else if (event.key === 'Escape') {
      event.stopPropagation()
      if (isOpen) setCaret(null)
      else type('', 0)
    }
  }

  return (
    <div className="find">
      <label className={error === null ? 'field' : 'field is-wrong'}>
        <Icon name="search" />
        <span className="find-text">
          <span className="paint" aria-hidden="true" ref={paint}>
            {piecesOf(text, error).map((piece, index) => (
              <span key={index} className={piece.isWrong ? `${piece.tone} wrong` : piece.tone}>
                {piece.text}
              </span>
            ))}
          </span>
          <input
            ref={input}
            role="combobox"
            aria-label={props.label}
            aria-expanded={isOpen}
            aria-controls={`${id}offers`}
            aria-autocomplete="list"
            aria-activedescendant={chosen >= 0 && isOpen ? `${id}${chosen}` : undefined}
            aria-invalid={error !== null}
            aria-describedby={error === null ? undefined : `${id}error`}
            placeholder={props.placeholder}
            value={text}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            maxLength={512}
            onChange={event => type(event.target.value, event.target.selectionStart ?? event.target.value.length)}
            onSelect={event => {
              if (document.activeElement === event.currentTarget && draft !== null)
                setCaret(event.currentTarget.selectionStart)
            }}
            onFocus={event => {
              setDraft(props.text)
              setCaret(event.currentTarget.selectionStart ?? 0)
            }}
            onBlur={() => {
              setDraft(null)
              setCaret(null)
            }}
            onKeyDown={onKey}
            onScroll={event => {
              if (paint.current !== null) paint.current.scrollLeft = event.currentTarget.scrollLeft
            }}
          />
        </span>
        {props.found !== null && error === null && (
          <span className="t3 s11 nowrap" role="status">
            {props.found}
          </span>
        )}
      </label>
      {text !== '' && (
        <button
          type="button"
          className="find-clear"
          aria-label={t($ => $.topology.find.clear)}
          title={t($ => $.topology.find.clear)}
          onMouseDown={event => event.preventDefault()}
          onClick={() => type('', 0)}
        >
          <Icon name="close" small />
        </button>
      )}
      {(isOpen || error !== null) && (
        <div className="find-below">
          {error !== null && (
            <Wrong id={`${id}error`} text={text} error={error} onFix={fixed => type(fixed, fixed.length)} />
          )}
          <ul id={`${id}offers`} role="listbox" aria-label={t($ => $.topology.find.suggestions)} hidden={!isOpen}>
            {offers.map((offer, index) => (
              <li
                key={`${offer.kind} ${offer.text}`}
                id={`${id}${index}`}
                role="option"
                aria-selected={index === chosen}
                onMouseDown={event => event.preventDefault()}
                onClick={() => take(offer)}
                onKeyDown={undefined}
              >
                <span className="mono">{offer.text}</span>
                <span className="t3 s11">{t($ => $.topology.find.offer[offer.kind])}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

const nothing = { nodes: [], edges: [] }

function Wrong(props: { id: string; text: string; error: FindError; onFix: (text: string) => void }): ReactNode {
  const { t } = useTranslation()
  const { error } = props
  return (
    <p id={props.id} className="find-error" role="status">
      <HealthMark health="failing" />
      <span>
        <Rich text={errorText(t, error)} />{' '}
        <span className="t3">· {t($ => $.topology.findError.at, { position: error.position + 1 })}</span>
      </span>
      {error.suggestion !== null && (
        <button
          type="button"
          className="link"
          onMouseDown={event => event.preventDefault()}
          onClick={() => props.onFix(correct(props.text, error))}
        >
          {t($ => $.topology.find.use, { word: error.suggestion })}
        </button>
      )}
    </p>
  )
}
