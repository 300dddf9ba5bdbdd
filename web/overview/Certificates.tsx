import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { lifeLeft } from '#shared/mesh/certificate.ts'
import { absolute, age } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { OverviewData } from './data.ts'
import { Go } from './Go.tsx'
import { Loading } from './Namespaces.tsx'

/** More are on the page of identities. */
const most = 4

/** Certificates that end first: of gateways, of those they trust, and the root of the mesh. */
export function Certificates(props: {
  certificates: OverviewData['certificates']
  skew: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { list, problem } = props.certificates
  const language = useLanguage()
  const now = useNow() + props.skew
  const known = (list ?? []).filter(({ until }) => until !== null).toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))
  const untold = (list ?? []).length - known.length
  return (
    <section className="card" aria-labelledby="overview-certificates">
      <header>
        <h2 id="overview-certificates">{t($ => $.certificates.title)}</h2>
        <span className="grow" />
        {list !== null && (
          <Go href="/security/identities?view=certificates" onGo={props.onGo} className="s11">
            {known.length === 0
              ? t($ => $.certificates.all)
              : t($ => $.certificates.of, { shown: Math.min(most, known.length), count: list.length })}
          </Go>
        )}
      </header>
      {problem !== null && (
        <p className="note degraded" role="status">
          {t($ => $.certificates.failing, { because: problem })}
        </p>
      )}
      {list === null && problem === null ? (
        <Loading rows={3} />
      ) : (
        <ul className="overview-rows certificates">
          {known.slice(0, most).map(({ id, name, isRoot, from, until }) => {
            const { health, left, is } = lifeLeft(from ?? until ?? 0, until ?? 0, now)
            const share = from === null || until === null ? 1 : Math.max(0, Math.min(1, left / (until - from)))
            return (
              <li key={id} title={until === null ? undefined : absolute(until, language)}>
                <HealthMark health={health} />
                <span className="cut">
                  {isRoot && `${t($ => $.certificates.root)} `}
                  <bdi className="mono">{name}</bdi>
                </span>
                <span className="meter" aria-hidden="true">
                  <i style={{ width: `${share * 100}%`, background: `var(--${health}-mark)` }} />
                </span>
                <span className={health === 'healthy' ? 'num t2' : `num med c-${health}`}>
                  {t($ => $.certificates.life[is], { age: age(Math.abs(left), language) })}
                </span>
              </li>
            )
          })}
          {untold > 0 && <li className="t3">{t($ => $.certificates.untold, { count: untold })}</li>}
          {list?.length === 0 && <li className="t3">{t($ => $.certificates.none)}</li>}
        </ul>
      )}
    </section>
  )
}
