import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { OverviewData } from './data.ts'
import { Go } from './Go.tsx'
import { Loading } from './Namespaces.tsx'

/** What the analysis says of the configuration, the worst objects by name. */
export function Findings({
  findings,
  onGo,
}: {
  findings: OverviewData['findings']
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const { list, problem } = findings
  const found = (list ?? []).filter(({ errors, warnings, infos }) => errors + warnings + infos > 0)
  const sum = (of: 'errors' | 'warnings' | 'infos') => found.reduce((all, each) => all + each[of], 0)
  const worst = found
    .filter(({ errors, warnings }) => errors + warnings > 0)
    .toSorted((a, b) => b.errors - a.errors || b.warnings - a.warnings || (a.href < b.href ? -1 : 1))
    .slice(0, 5)
  return (
    <section className="card" aria-labelledby="overview-findings">
      <header>
        <h2 id="overview-findings">{t($ => $.findings.title)}</h2>
        <span className="grow" />
        {list !== null && <span className="t3 s11">{t($ => $.findings.in, { count: found.length })}</span>}
      </header>
      {problem !== null && (
        <p className="note degraded" role="status">
          {t($ => $.findings.failing, { because: problem })}
        </p>
      )}
      {list === null && problem === null ? (
        <Loading rows={3} />
      ) : found.length === 0 ? (
        problem === null && <p className="t2 s12 nothing">{t($ => $.findings.none)}</p>
      ) : (
        <>
          <dl className="finding-sums">
            <div>
              <dd className="c-failing">{sum('errors')}</dd>
              <dt>
                <HealthMark health="failing" />
                {t($ => $.findings.Error)}
              </dt>
            </div>
            <div>
              <dd className="c-degraded">{sum('warnings')}</dd>
              <dt>
                <HealthMark health="degraded" />
                {t($ => $.findings.Warning)}
              </dt>
            </div>
            <div>
              <dd>{sum('infos')}</dd>
              <dt>
                <HealthMark health="unknown" />
                {t($ => $.findings.Info)}
              </dt>
            </div>
          </dl>
          <ul className="overview-rows">
            {worst.map(({ ref, href, errors, warnings }) => (
              <li key={href}>
                <Go href={href} onGo={onGo} className="sentence" title={t($ => $.findings.has, { errors, warnings })}>
                  <HealthMark health={errors > 0 ? 'failing' : 'degraded'} />
                  <span className="cut">
                    {ref.kind}{' '}
                    <bdi className="mono">{ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`}</bdi>
                  </span>
                  <span className="grow" />
                  <span className="t3 num">{errors + warnings}</span>
                </Go>
              </li>
            ))}
            <li>
              <Go href="/config?findings=error,warning" onGo={onGo} className="sentence">
                {t($ => $.findings.all)}
              </Go>
            </li>
          </ul>
        </>
      )}
    </section>
  )
}
