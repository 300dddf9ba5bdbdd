import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { OverviewData } from './data.ts'
import { Go } from './Go.tsx'
import { Loading } from './Namespaces.tsx'

/** What is wrong with the configuration: how much, and what the worst of it says. */
export function Findings({
  findings,
  onGo,
}: {
  findings: OverviewData['findings']
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { sums, worst, problem } = findings
  return (
    <section className="card" aria-labelledby="overview-findings">
      <header>
        <h2 id="overview-findings">{t($ => $.findings.title)}</h2>
        <span className="grow" />
        {sums !== null && <span className="t3 s11">{t($ => $.findings.in, { count: sums.objects })}</span>}
      </header>
      {problem !== null && (
        <p className="note degraded" role="status">
          {t($ => $.findings.failing, { because: problem })}
        </p>
      )}
      {sums === null ? (
        problem === null && <Loading rows={3} />
      ) : sums.objects === 0 ? (
        problem === null && <p className="t2 s12 nothing">{t($ => $.findings.none)}</p>
      ) : (
        <>
          <dl className="finding-sums">
            <div>
              <dd className={sums.errors > 0 ? 'c-failing' : undefined}>{sums.errors}</dd>
              <dt>
                <HealthMark health="failing" />
                {t($ => $.findings.Error, { count: sums.errors })}
              </dt>
            </div>
            <div>
              <dd className={sums.warnings > 0 ? 'c-degraded' : undefined}>{sums.warnings}</dd>
              <dt>
                <HealthMark health="degraded" />
                {t($ => $.findings.Warning, { count: sums.warnings })}
              </dt>
            </div>
            <div>
              <dd>{sums.infos}</dd>
              <dt>
                <HealthMark health="unknown" />
                {t($ => $.findings.Info, { count: sums.infos })}
              </dt>
            </div>
          </dl>
          {worst === null && problem === null && sums.errors + sums.warnings > 0 && <Loading rows={3} />}
          <ul className="overview-rows">
            {(worst ?? []).map(({ code, isError, ref, message, href }, place) => (
              <li key={place}>
                <Go href={href} onGo={onGo} className="sentence worst-finding" title={message}>
                  <HealthMark health={isError ? 'failing' : 'degraded'} />
                  <span className="cut">{message}</span>
                  <span className="cut t3 s11">
                    <span className="mono">{code}</span> {ref.kind}{' '}
                    <bdi className="mono">{ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`}</bdi>
                  </span>
                </Go>
              </li>
            ))}
            <li>
              <Go href="/config?findings=error,warning" onGo={onGo} className="sentence is-more">
                {t($ => $.findings.all)}
              </Go>
            </li>
          </ul>
        </>
      )}
    </section>
  )
}
