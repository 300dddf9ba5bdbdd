import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** `2026-11-23T14:21:00` in the reader's own zone, as the browser's field wants it. */
const local = (at: number): string => {
  const zone = new Date(at).getTimezoneOffset() * 60_000
  return new Date(at - zone).toISOString().slice(0, 19)
}

/** A date and time of the past. The browser's own field: it works by keyboard and in everybody's order of days and months. */
export function MomentForm({ at, onAt }: { at: number | null; onAt: (at: number) => void }): ReactNode {
  const { t } = useTranslation()
  const [openedAt] = useState(() => Date.now())
  const [text, setText] = useState(() => local(at ?? openedAt - 15 * 60_000))
  const [isWrong, setWrong] = useState(false)
  return (
    <form
      className="moment"
      onSubmit={event => {
        event.preventDefault()
        const chosen = Date.parse(text)
        const isPast = Number.isFinite(chosen) && chosen < Date.now()
        setWrong(!isPast)
        if (!isPast) return
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        onAt(chosen)
      }}
    >
      <label className="t2 s11" htmlFor="moment">
        {t($ => $.shell.time.at)}
      </label>
      <div className="field">
        <input
          id="moment"
          type="datetime-local"
          step="1"
          max={local(openedAt)}
          value={text}
          aria-invalid={isWrong}
          onChange={event => {
            setText(event.target.value)
            setWrong(false)
          }}
        />
      </div>
      {isWrong && (
        <p className="c-failing s11" role="alert">
          {t($ => $.shell.time.invalid)}
        </p>
      )}
      <button type="submit" className="btn primary">
        {t($ => $.shell.time.go)}
      </button>
    </form>
  )
}
