import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { parse, print } from '#shared/security/assert/sentence.ts'

/** A sentence as it is typed, with what was understood of it, or where it goes wrong and what is expected there. */
export function SentenceForm(props: {
  text: string
  onText: (text: string) => void
  onKeep: (sentence: string) => void
  whyNot: string | null
  children: ReactNode
}): ReactNode {
  const { t } = useTranslation('security')
  const id = useId()
  const { text, whyNot } = props
  const read = text.trim() === '' ? null : parse(text.trim())
  const sentence = read !== null && 'assertion' in read ? print(read.assertion) : null
  const problem = read !== null && 'problem' in read ? read.problem : null
  return (
    <form
      className="assertion-form"
      onSubmit={event => {
        event.preventDefault()
        if (sentence !== null && whyNot === null) props.onKeep(sentence)
      }}
    >
      <div className="row">
        <label htmlFor={id}>{t($ => $.assertions.sentence)}</label>
        <input
          id={id}
          className="field mono"
          value={text}
          spellCheck={false}
          placeholder={t($ => $.assertions.placeholder)}
          aria-invalid={problem !== null}
          aria-describedby={`${id}told`}
          onChange={event => props.onText(event.target.value)}
        />
        <button type="submit" className="btn" disabled={sentence === null || whyNot !== null}>
          {t($ => $.assertions.keep)}
        </button>
        {props.children}
      </div>
      <p id={`${id}told`} className={problem === null ? 't2 s12' : 'note degraded'} role="status">
        {problem ?? (sentence === null ? '' : t($ => $.assertions.understood, { sentence }))}
      </p>
      {whyNot !== null && <p className="t3 s12">{whyNot}</p>}
    </form>
  )
}
