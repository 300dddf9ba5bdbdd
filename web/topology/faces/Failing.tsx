import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outage } from '#web/topology/view.ts'
import { absolute, age, exactClock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

/** No picture at all: which source, since when, what still works, when it is tried again. */
export function Failing({ outage, skew, onTry }: { outage: Outage; skew: number; onTry: () => void }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const source = t($ => $.shell.source[outage.source])
  const since = outage.since === null ? null : outage.since - skew
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{t($ => $.topology.healthBadge.failing)}</h2>
        <span className="grow" />
        <HealthBadge health="failing">{source}</HealthBadge>
      </header>
      <div className="body">
        <p>
          {since !== null && (
            <b className="med" title={absolute(since, language)}>
              {t($ => $.topology.faces.failing, { source, at: exactClock(since) })}
            </b>
          )}{' '}
          <span className="t2">{outage.because}</span>
        </p>
        <p className="t2">{t($ => $.topology.faces.works[outage.source])}</p>
        <div className="row acts">
          <NextTry at={outage.nextTryAt} skew={skew} />
          <span className="grow" />
          {outage.source !== 'console' && (
            <button type="button" className="btn" onClick={onTry}>
              {t($ => $.topology.faces.tryNow)}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}

export function NextTry({ at, skew }: { at: number | null; skew: number }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const left = (at ?? 0) - skew - useNow()
  if (at === null) return null
  return (
    <span className="t3">
      {left <= 0 ? t($ => $.topology.faces.trying) : t($ => $.topology.faces.nextTry, { age: age(left, language) })}
    </span>
  )
}

/** The request itself was refused; trying again would not help. */
export function Refused({ because, onReset }: { because: string; onReset: () => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{t($ => $.topology.faces.refused)}</h2>
      </header>
      <div className="body">
        <p className="t2">{because}</p>
        <div className="row acts">
          <button type="button" className="btn" onClick={onReset}>
            {t($ => $.topology.faces.allNamespaces)}
          </button>
        </div>
      </div>
    </section>
  )
}
