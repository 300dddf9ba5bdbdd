import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemFrom } from '#web/api/call.ts'
import { useStatus } from '#web/api/use-live.ts'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

export function Loading(): ReactNode {
  const { t } = useTranslation('proxies')
  return (
    <div className="loading-table" role="status" aria-label={t($ => $.face.loading)}>
      {[62, 48, 55, 40].map(width => (
        <div key={width}>
          <span className="skeleton" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  )
}

/** Nothing to show, and why: refused (trying again would not help) or failing. */
export function Trouble({ error, onTry }: { error: unknown; onTry: () => void }): ReactNode {
  const { t } = useTranslation('proxies')
  const { status, detail } = problemFrom(error)
  const isRefused = status === 403
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{isRefused ? t($ => $.face.refused) : t($ => $.face.failing)}</h2>
      </header>
      <div className="body">
        <p className="t2">{detail}</p>
        <div className="row acts">
          <button type="button" className="btn" onClick={onTry}>
            {t($ => $.face.tryAgain)}
          </button>
        </div>
      </div>
    </section>
  )
}

/** Nothing to look into, and what would change that. */
export function Nothing({ title, because }: { title: string; because: string }): ReactNode {
  return (
    <section className="face card">
      <header>
        <h2>{title}</h2>
      </header>
      <div className="body">
        <p className="t2">{because}</p>
      </div>
    </section>
  )
}

/** How long ago, by the server's clock; only this renders when a second passes. */
export function useAge(at: number): string {
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  return age(useNow() + skew - at, language)
}

/** Over what is kept: how old it is, and why there is nothing newer. */
export function Stale({ at, error }: { at: number; error: unknown }): ReactNode {
  const { t } = useTranslation('proxies')
  const old = useAge(at)
  return (
    <aside className="note stale" role="status">
      {t($ => $.face.stale, { age: old, because: problemFrom(error).detail })}
    </aside>
  )
}

/** What is missing of what is shown. */
export function Missing({ partial }: { partial: readonly string[] }): ReactNode {
  if (partial.length === 0) return null
  return (
    <ul className="note degraded proxies-missing">
      {partial.map(sentence => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}

export function Age({ at }: { at: number }): ReactNode {
  return useAge(at)
}
