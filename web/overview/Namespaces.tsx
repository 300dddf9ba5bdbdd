import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '#shared/mesh/health.ts'
import type { NamespaceFacts } from '#shared/overview/overview.ts'
import { byteRate, none, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Lock } from '#web/ui/Lock.tsx'
import { Go } from './Go.tsx'
import { useWhy } from '#web/ui/why.ts'
import { useReason } from './reason.ts'

/** Beyond so many each is not told at length: those that are well are tiles, and one looks for a name. */
const many = 24

/** Each namespace a cell that says how it is and why; worst first. */
export function Namespaces(props: {
  namespaces: readonly NamespaceFacts[] | null
  /** Seconds, of what health is judged by. */
  window: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const [text, setText] = useState('')
  const [only, setOnly] = useState<Health | null>(null)
  const { namespaces, window, onGo } = props
  const isMany = namespaces !== null && namespaces.length > many
  const shown = (namespaces ?? []).filter(
    ({ name, health }) => !isMany || (name.includes(text.trim().toLowerCase()) && (only === null || health === only)),
  )
  const told = isMany ? shown.filter(isSick) : shown
  const tiles = isMany ? shown.filter(one => !isSick(one)) : []
  return (
    <section className="card" aria-labelledby="overview-namespaces">
      <header>
        <h2 id="overview-namespaces">{t($ => $.namespaces.title)}</h2>
        <span className="grow" />
        {namespaces !== null && !isMany && (
          <span className="t3 s11">{t($ => $.namespaces.count, { count: namespaces.length })}</span>
        )}
        {isMany && (
          <>
            <Counts namespaces={namespaces} only={only} onOnly={setOnly} />
            <label className="field namespace-find">
              <Icon name="search" />
              <input
                type="search"
                value={text}
                maxLength={63}
                spellCheck={false}
                autoComplete="off"
                placeholder={t($ => $.namespaces.find)}
                aria-label={t($ => $.namespaces.find)}
                onChange={event => setText(event.target.value)}
              />
            </label>
          </>
        )}
        <Go href="/topology" onGo={onGo} className="s11">
          {t($ => $.namespaces.map)}
        </Go>
      </header>
      {namespaces === null ? (
        <Loading rows={3} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <div className="namespace-scroller" tabIndex={0} role="group" aria-labelledby="overview-namespaces">
          {told.length > 0 && (
            <ul className="namespace-cells" aria-labelledby="overview-namespaces">
              {told.map(one => (
                <li key={one.name} className={one.health}>
                  <Cell namespace={one} window={window} onGo={onGo} />
                </li>
              ))}
            </ul>
          )}
          {tiles.length > 0 && (
            <ul className="namespace-tiles" aria-label={t($ => $.namespaces.quiet)}>
              {tiles.map(one => (
                <li key={one.name}>
                  <Tile namespace={one} onGo={onGo} />
                </li>
              ))}
            </ul>
          )}
          {isMany && shown.length === 0 && (
            <p className="nothing t2 s12" role="status">
              {t($ => $.namespaces.none)}
            </p>
          )}
        </div>
      )}
    </section>
  )
}

const isSick = ({ health }: NamespaceFacts): boolean => health === 'failing' || health === 'degraded'
const healths = ['failing', 'degraded', 'healthy', 'unknown'] as const

/** How many are how; one of them shows only those. */
function Counts(props: {
  namespaces: readonly NamespaceFacts[]
  only: Health | null
  onOnly: (only: Health | null) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { namespaces, only, onOnly } = props
  return healths.map(health => {
    const count = namespaces.filter(one => one.health === health).length
    if (count === 0) return null
    return (
      <button
        key={health}
        type="button"
        className="namespace-count"
        aria-pressed={health === only}
        title={t($ => $.namespaces.only, { health: t($ => $.health[health]) })}
        onClick={() => onOnly(health === only ? null : health)}
      >
        <HealthMark health={health} />
        <span className="num">{count}</span>
        <span className="sr">{t($ => $.health[health])}</span>
      </button>
    )
  })
}

/** One that is well, or idle: its mark, its name and what goes on. */
function Tile({ namespace, onGo }: { namespace: NamespaceFacts; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('overview')
  const { name, health, requestRate, byteRate: bytes, services } = namespace
  const why = t($ => (health === 'unknown' ? $.namespaces.idle : $.namespaces.fine), { count: services })
  return (
    <Go
      href={`/topology?ns=${encodeURIComponent(name)}`}
      onGo={onGo}
      className="tile"
      title={`${name}\n${t($ => $.health[health])}: ${why}`}
    >
      <HealthMark health={health} />
      <span className="sr">{t($ => $.health[health])}</span>
      <bdi className="mono cut">{name}</bdi>
      <span className="grow" />
      <span className="num t3 s11">{requestRate > 0 ? rate(requestRate) : bytes > 0 ? byteRate(bytes) : none}</span>
    </Go>
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
