import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bad } from '#shared/overview/overview.ts'
import { duration, percent, times } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Go } from './Go.tsx'
import { Loading } from './Namespaces.tsx'
import { useWhy } from '#web/ui/why.ts'
import { serviceHref, useCause, useReason } from './reason.ts'

/** What is worst, a sentence each. */
export function Worst(props: {
  worst: readonly Bad[] | null
  /** Why it is not known who became slower. */
  because: string | null
  /** Seconds, of what health is judged by. */
  window: number
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { worst, because, onGo } = props
  return (
    <section className="card" aria-labelledby="overview-worst">
      <header>
        <h2 id="overview-worst">{t($ => $.worst.title)}</h2>
        <span className="grow" />
        <span className="t3 s11">{t($ => $.worst.of)}</span>
      </header>
      {because !== null && (
        <p className="note degraded" role="status">
          {t($ => $.worst.noDay, { because })}
        </p>
      )}
      {worst === null ? (
        <Loading rows={5} />
      ) : worst.length === 0 ? (
        <p className="t2 s12 nothing">{t($ => $.worst.none)}</p>
      ) : (
        <ol className="overview-rows">
          {worst.map(bad => (
            <Row key={keyOf(bad)} bad={bad} window={props.window} onGo={onGo} />
          ))}
        </ol>
      )}
    </section>
  )
}

const keyOf = (bad: Bad): string =>
  bad.kind === 'slower'
    ? `slower ${bad.namespace}/${bad.name}`
    : `${bad.kind} ${bad.service.namespace}/${bad.service.name}`

function Row({ bad, window, onGo }: { bad: Bad; window: number; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('overview')
  const reason = useReason()
  const cause = useCause()
  const why = useWhy()
  const of = bad.kind === 'slower' ? bad : bad.service
  const health = bad.kind === 'health' ? bad.service.health : 'degraded'
  const tab = bad.kind === 'slower' ? '?tab=metrics' : bad.kind === 'denied' ? '?tab=traffic' : ''
  const sentence =
    bad.kind === 'slower'
      ? t($ => (bad.hours >= 24 ? $.worst.slower : $.worst.slowerThan), {
          count: bad.hours,
          factor: times(bad.p95 / bad.before),
          now: duration(bad.p95),
          before: duration(bad.before),
        })
      : bad.kind === 'denied'
        ? t($ => $.worst.denied, { value: percent(bad.service.deniedRatio) })
        : `${reason(bad.service)}${cause(bad.service)}`
  return (
    <li>
      <Go
        href={`${serviceHref(of)}${tab}`}
        onGo={onGo}
        className="sentence"
        {...(bad.kind === 'health' && { title: why({ ...bad.service, window }).join('\n') })}
      >
        <HealthMark health={health} />
        <span className="sr">{t($ => $.health[health])}</span>
        <span className="cut">
          <bdi className="mono">{`${of.namespace}/${of.name}`}</bdi> {sentence}
        </span>
        <span className="grow" />
        <Icon name="right" small />
      </Go>
    </li>
  )
}
