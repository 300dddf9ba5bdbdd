import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SourceName } from '#shared/mesh/source.ts'
import { absolute, age, exactClock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

/** Why there is nothing newer: which source, since when. Times are by the server's clock, `skew` ahead of this one. */
interface AwayProps {
  outage: { source: SourceName | 'console'; since: number | null; because: string; nextTryAt: number | null }
  skew: number
  onTry: () => void
}

/** Nothing to show at all: which source, since when, and when it is tried again. */
export function Failing({ title, outage, skew, onTry }: AwayProps & { title: string }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const source = t($ => $.shell.source[outage.source])
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{title}</h2>
        <span className="grow" />
        <HealthBadge health="failing">{source}</HealthBadge>
      </header>
      <div className="body">
        <p>
          {outage.since !== null && (
            <b className="med" title={absolute(outage.since - skew, language)}>
              {t($ => $.topology.faces.failing, { source, at: exactClock(outage.since - skew) })}{' '}
            </b>
          )}
          <span className="t2">{outage.because}</span>
        </p>
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

function NextTry({ at, skew }: { at: number | null; skew: number }): ReactNode {
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

/** Over what is kept: how old it is, and why. */
export function Stale({ at, outage, skew, onTry }: AwayProps & { at: number }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  return (
    <aside className="note stale" aria-label={t($ => $.topology.foot.stale)}>
      <div className="row">
        <HealthBadge health="degraded">
          {t($ => $.topology.faces.old, { age: age(now + skew - at, language) })}
        </HealthBadge>
        <span role="status" className="t2 cut" title={outage.because}>
          {outage.because === ''
            ? t($ => $.topology.faces.staleCut, { at: exactClock(at - skew) })
            : `${t($ => $.shell.source[outage.source])} · ${outage.because}`}
        </span>
        <span className="grow" />
        <NextTry at={outage.nextTryAt} skew={skew} />
        {outage.source !== 'console' && (
          <button type="button" className="link" onClick={onTry}>
            {t($ => $.topology.faces.tryNow)}
          </button>
        )}
      </div>
    </aside>
  )
}

/** The request itself was refused; trying again would not help. */
export const Refused = ({ title, because }: { title: string; because: string }): ReactNode => (
  <section className="face card" role="alert">
    <header>
      <h2>{title}</h2>
    </header>
    <div className="body">
      <p className="t2">{because}</p>
    </div>
  </section>
)
