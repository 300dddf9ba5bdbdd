import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { namespacesOf, sumOf, worstTen } from '#shared/overview/overview.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import { age, exactClock } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { Assertions } from './Assertions.tsx'
import { Certificates } from './Certificates.tsx'
import { Changed } from './Changed.tsx'
import type { OverviewData } from './data.ts'
import { Findings } from './Findings.tsx'
import { Namespaces } from './Namespaces.tsx'
import { Plane } from './Plane.tsx'
import { signalsQuery } from './query.ts'
import { Signals } from './Signals.tsx'
import { Worst } from './Worst.tsx'
import './overview.css'

/** The mesh, or some namespaces of it, in one look. */
export function OverviewPage(props: {
  data: OverviewData
  /** `a,b`; empty: all. */
  namespaces: string
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { data, onGo } = props
  const { list, problem, isRefused, partial } = data.services
  const signals = useQuery(signalsQuery(props.namespaces))
  // Nothing to show, or nothing that could be read: a skeleton would promise more.
  const isNothing = list === null ? problem !== null : list.length === 0
  const sum = list === null ? null : sumOf(list)
  const title = t($ => $.title)
  useEffect(() => {
    document.title = `${title} · Weft`
  }, [title])
  return (
    <div className="overview" aria-busy={list === null && problem === null}>
      <header className="overview-head">
        <h1>{title}</h1>
        {list !== null && sum !== null && (
          <>
            <HealthBadge health={sum.health}>{t($ => $.health[sum.health])}</HealthBadge>
            <Sentence list={list} />
          </>
        )}
        {list === null && problem === null && (
          <span className="t3" role="status">
            {t($ => $.reading)}
          </span>
        )}
        <span className="grow" />
        {list !== null && problem === null && data.services.at !== null && (
          <Age at={data.services.at} skew={data.skew} />
        )}
      </header>
      <div className="overview-notes" role="status">
        {problem !== null && (
          <p className="note degraded">
            {list === null || data.services.at === null
              ? `${t($ => $.refused)}: ${problem}`
              : t($ => $.stale, { at: exactClock(data.services.at - data.skew), because: problem })}
          </p>
        )}
        {!isRefused &&
          partial.map(what => (
            <p key={what} className="note degraded">
              {t($ => $.partial, { what })}
            </p>
          ))}
      </div>
      <Signals
        sum={sum}
        lines={signals.data ?? null}
        problem={signals.error === null ? null : signals.error.message}
        empty={
          // Where there is no service at all, the card beneath says why.
          list?.length === 0 ? null : (
            <EmptyPanel panel="traffic" namespaces={props.namespaces} window={3600} onGo={onGo} />
          )
        }
      />
      <Changed
        changes={data.changes}
        assertions={data.assertions.list ?? []}
        namespaces={props.namespaces}
        skew={data.skew}
        onGo={onGo}
      />
      <div className="overview-columns">
        <div className="overview-main">
          {isNothing ? (
            <EmptyPanel
              panel="traffic"
              namespaces={props.namespaces}
              title={list === null ? t($ => $.refused) : t($ => $.nothing)}
              onGo={onGo}
            />
          ) : (
            <>
              <Namespaces
                namespaces={list === null ? null : namespacesOf(list)}
                window={data.services.window}
                onGo={onGo}
              />
              <Worst
                worst={list === null ? null : worstTen(list, signals.data?.slower ?? [])}
                because={signals.data?.slowerBecause ?? null}
                window={data.services.window}
                onGo={onGo}
              />
            </>
          )}
        </div>
        <div className="overview-side">
          <Assertions assertions={data.assertions} skew={data.skew} onGo={onGo} />
          <Findings findings={data.findings} onGo={onGo} />
          <Certificates certificates={data.certificates} skew={data.skew} onGo={onGo} />
          <Plane namespaces={props.namespaces} proxies={data.proxies} onGo={onGo} />
        </div>
      </div>
    </div>
  )
}

function Sentence({ list }: { list: NonNullable<OverviewData['services']['list']> }): ReactNode {
  const { t } = useTranslation('overview')
  const sick = (health: 'failing' | 'degraded') => list.filter(service => service.health === health)
  const kind = sick('failing').length > 0 ? 'failing' : 'degraded'
  const found = sick(kind)
  const names = found
    .slice(0, 3)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .join(', ')
  const { healthy, services } = sumOf(list)
  return (
    <p className="t2 cut">
      {found.length === 0
        ? t($ => $.sentence.fine)
        : t($ => $.sentence[kind], {
            count: found.length,
            names: found.length > 3 ? `${names} +${found.length - 3}` : names,
          })}{' '}
      {t($ => $.sentence.healthy, { healthy, total: services })}
    </p>
  )
}

function Age({ at, skew }: { at: number; skew: number }): ReactNode {
  const { t } = useTranslation('overview')
  const language = useLanguage()
  const now = useNow()
  return (
    <span className="row t3 s11 nowrap">
      <span className="livedot" aria-hidden="true" />
      {t($ => $.live, { age: age(now + skew - at, language) })}
    </span>
  )
}
