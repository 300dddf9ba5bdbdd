import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attribute } from '#shared/mesh/span.ts'

/** More of one value is shown when it is asked for: a stack trace would bury the rest. */
const most = 400
const mostValues = 200

/** Names and values, as the tracer gave them: text, whatever is written in it. */
export function Values({ title, values }: { title: string; values: readonly Attribute[] }): ReactNode {
  if (values.length === 0) return null
  return (
    <section>
      <h3>
        {title} <span className="t3">{values.length}</span>
      </h3>
      <dl className="tr-values">
        {values.slice(0, mostValues).map(({ key, value }, index) => (
          <div key={`${key} ${index}`}>
            <dt className="mono t2">{key}</dt>
            <dd className="mono">
              <Long text={String(value)} />
            </dd>
          </div>
        ))}
      </dl>
      {values.length > mostValues && <p className="t3">… {values.length - mostValues}</p>}
    </section>
  )
}

export function Long({ text }: { text: string }): ReactNode {
  const { t } = useTranslation('traces')
  const [isWhole, setWhole] = useState(false)
  if (text.length <= most || isWhole) return text
  return (
    <>
      {text.slice(0, most)}…{' '}
      <button type="button" className="link" onClick={() => setWhole(true)}>
        {t($ => $.trace.side.all, { count: text.length - most })}
      </button>
    </>
  )
}
