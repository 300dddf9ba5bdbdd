import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** The last net: the page itself broke. Says what broke and how to go on. */
export function ErrorScreen({ error }: { error: unknown }): ReactNode {
  const { t } = useTranslation()
  return (
    <section className="whole-page" role="alert">
      <h1>{t($ => $.shell.crash.title)}</h1>
      <p className="t2">{t($ => $.shell.crash.text)}</p>
      <p className="mono t3">{error instanceof Error ? error.message : String(error)}</p>
      <button type="button" className="btn" onClick={() => location.reload()}>
        {t($ => $.shell.crash.again)}
      </button>
    </section>
  )
}
