import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NamespaceFacts } from '#shared/overview/overview.ts'
import { byteRate, none, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Lock } from '#web/ui/Lock.tsx'
import { Go } from './Go.tsx'
import { useWhy } from '#web/ui/why.ts'
import { useReason } from './reason.ts'

/** Each namespace a cell that says how it is and why; worst first. */
export function Namespaces(props: {
  namespaces: readonly NamespaceFacts[] | null
  /** Seconds, of what health is judged by. */
  window: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { namespaces, onGo } = props
  return (
    <section className="card" aria-labelledby="overview-namespaces">
      <header>
        <h2 id="overview-namespaces">{t($ => $.namespaces.title)}</h2>
        <span className="grow" />
        {namespaces !== null && (
          <span className="t3 s11">{t($ => $.namespaces.count, { count: namespaces.length })}</span>
        )}
        <Go href="/topology" onGo={onGo} className="s11">
          {t($ => $.namespaces.map)}
        </Go>
      </header>
      {namespaces === null ? (
        <Loading rows={3} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <ul className="namespace-cells" tabIndex={0} aria-labelledby="overview-namespaces">
          {namespaces.map(one => (
            <li key={one.name} className={one.health}>
              <Cell namespace={one} window={props.window} onGo={onGo} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Cell(props: { namespace: NamespaceFacts; window: number; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('overview')
  const reason = useReason()
  const why = useWhy()
  const { namespace, window, onGo } = props
  const { name, health, requestRate, errorRatio, mtlsRatio, byteRate: bytes, guilty, services } = namespace
  const [worst] = guilty
  return (
    <Go
      href={`/topology?ns=${encodeURIComponent(name)}`}
      onGo={onGo}
      className="cell"
      title={[name, ...(worst === undefined ? [] : [worst.name, ...why({ ...worst, window })])].join('\n')}
    >
      <span className="row">
        <HealthMark health={health} />
        <span className="sr">{t($ => $.health[health])}</span>
        <bdi className="mono cut">{name}</bdi>
      </span>
      <span className="row numbers">
        <span>{requestRate > 0 || bytes === 0 ? rate(requestRate) : byteRate(bytes)}</span>
        <span className={(errorRatio ?? 0) >= 0.1 ? 'c-failing strong' : (errorRatio ?? 0) > 0 ? 'med' : 't3'}>
          {errorRatio === null ? none : percent(errorRatio)}
        </span>
        <span className="row t3">
          <Lock ratio={mtlsRatio} />
          {percent(mtlsRatio)}
        </span>
      </span>
      <span className="why t2 s11">
        {worst !== undefined
          ? t($ => $.namespaces.guilty, {
              names: guilty
                .slice(0, 3)
                .map(each => each.name)
                .join(', '),
              why: reason(worst),
            })
          : health === 'unknown'
            ? t($ => $.namespaces.idle, { count: services })
            : t($ => $.namespaces.fine, { count: services })}
      </span>
    </Go>
  )
}

export function Loading({ rows }: { rows: number }): ReactNode {
  return (
    <div className="overview-loading" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="skeleton" style={{ width: `${50 + ((row * 29) % 45)}%` }} />
      ))}
    </div>
  )
}
