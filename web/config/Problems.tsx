import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { absolute, age, exactClock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { Outage } from './view.ts'

/** No list at all: which source, since when, what still works, when it is tried again. */
export function Failing({ outage, skew, onTry }: { outage: Outage; skew: number; onTry: () => void }): ReactNode {
  const { t } = useTranslation()
  const { t: say } = useTranslation('config')
  const language = useLanguage()
  const source = t($ => $.shell.source[outage.source])
  const since = outage.since - skew
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{say($ => $.list.faces.failing)}</h2>
        <span className="grow" />
        <HealthBadge health="failing">{source}</HealthBadge>
      </header>
      <div className="body">
        <p>
          <b className="med" title={absolute(since, language)}>
            {say($ => $.list.faces.since, { source, at: exactClock(since) })}
          </b>{' '}
          <span className="t2">{outage.because}</span>
        </p>
        <p className="t2">{say($ => (outage.source === 'console' ? $.list.faces.cutWorks : $.list.faces.works))}</p>
        <div className="row acts">
          <NextTry at={outage.nextTryAt} skew={skew} />
          <span className="grow" />
          {outage.source !== 'console' && (
            <button type="button" className="btn" onClick={onTry}>
              {say($ => $.list.faces.tryNow)}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}

function NextTry({ at, skew }: { at: number | null; skew: number }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const left = (at ?? 0) - skew - useNow()
  if (at === null) return null
  return (
    <span className="t3">
      {left <= 0 ? t($ => $.list.faces.trying) : t($ => $.list.faces.next, { age: age(left, language) })}
    </span>
  )
}

/** Over a kept list: how old it is, why, and when the next one is tried. */
export function Stale(props: { at: number; outage: Outage; skew: number; onTry: () => void }): ReactNode {
  const { t } = useTranslation()
  const { t: say } = useTranslation('config')
  const language = useLanguage()
  const now = useNow()
  const { outage, skew } = props
  const source = t($ => $.shell.source[outage.source])
  const at = exactClock(props.at - skew)
  return (
    <aside className="note stale" aria-label={say($ => $.list.foot.stale)}>
      <div className="row">
        <HealthBadge health="degraded">
          {say($ => $.list.faces.old, { age: age(now + skew - props.at, language) })}
        </HealthBadge>
        <span role="status">
          {outage.source === 'console'
            ? say($ => $.list.faces.staleCut, { at })
            : say($ => $.list.faces.staleTitle, { at, source })}
        </span>
        <span className="grow" />
        <NextTry at={outage.nextTryAt} skew={skew} />
        {outage.source !== 'console' && (
          <button type="button" className="link" onClick={props.onTry}>
            {say($ => $.list.faces.tryNow)}
          </button>
        )}
      </div>
      {outage.because !== '' && <p className="t3 s11">{outage.because}</p>}
    </aside>
  )
}

/** The request itself was refused; trying again would not help. */
export function Refused({ title, because, children }: { title: string; because: string; children?: ReactNode }) {
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{title}</h2>
      </header>
      <div className="body">
        <p className="t2">{because}</p>
        {children !== undefined && <div className="row acts">{children}</div>}
      </div>
    </section>
  )
}
