import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Impact } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { rate as rateText } from '#web/ui/format.ts'
import { isNews } from '#web/config/object/FindingText.tsx'
import { healthOf } from './health.ts'
import { lineOf, type Mark } from './marks.ts'
import type { TextView } from './use-reading.ts'

/** Beside the text: what it touches, what is wrong, and where. */
export function Panel(props: {
  text: string
  view: TextView
  marks: readonly Mark[]
  onGoTo: (offset: number) => void
  onFix: (mark: Mark) => void
  lead?: ReactNode
  children?: ReactNode
}): ReactNode {
  const { t } = useTranslation('config')
  const { view, text, marks } = props
  const { analysis } = view
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and may hold nothing else the keyboard could reach
    <aside className="edit-panel" aria-label={t($ => $.editor.panel)} data-analysis={analysis.world} tabIndex={0}>
      {props.lead}
      <section>
        <header>
          <h2>{t($ => $.editor.findings)}</h2>
          <span className="grow" />
          {analysis.isStale ? (
            <span className="t3 s11">{t($ => $.editor.stale)}</span>
          ) : (
            analysis.isWaiting && <span className="t3 s11">{t($ => $.editor.impactWait)}</span>
          )}
        </header>
        {analysis.problem !== null && (
          <p className="c-degraded">{t($ => $.editor.impactFailing, { because: analysis.problem })}</p>
        )}
        {view.schemaProblem !== null && (
          <p className="c-degraded">{t($ => $.editor.noSchema, { because: view.schemaProblem })}</p>
        )}
        {analysis.world === 'tooLarge' && <p className="t3 s11">{t($ => $.editor.serverLooks)}</p>}
        <Marks text={text} view={view} marks={marks} onGoTo={props.onGoTo} onFix={props.onFix} />
      </section>
      {analysis.impacts.map(({ object, impact }) => (
        <ImpactDetails key={keyOf(object)} impact={impact} />
      ))}
      <Others title={t($ => $.editor.brings)} findings={analysis.data?.brought ?? []} />
      <Others title={t($ => $.editor.resolves)} findings={analysis.data?.resolved ?? []} />
      {props.children}
    </aside>
  )
}

/** What is wrong, at which line, and what would mend it. */
export function Marks(props: {
  text: string
  view: TextView
  marks: readonly Mark[]
  onGoTo: (offset: number) => void
  onFix: (mark: Mark) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { text, view, marks } = props
  return (
    <>
      {marks.length === 0 && view.isLookedAt && <p className="t2">{t($ => $.editor.noFindings)}</p>}
      <ul className="edit-list">
        {marks.slice(0, 100).map((mark, index) => (
          <li key={index}>
            <Level mark={mark} />
            <div>
              <span className="mono s11 t2">{mark.code}</span> {mark.message}
              {(mark.evidence ?? []).filter(isNews(mark.message)).map(fact => (
                <p key={fact} className="t2">
                  {fact}
                </p>
              ))}
              <span className="row acts">
                <button type="button" className="link" onClick={() => props.onGoTo(mark.from)}>
                  {t($ => $.editor.line, { line: lineOf(text, mark.from) })}
                </button>
                {mark.fix !== undefined && (
                  <button type="button" className="link" onClick={() => props.onFix(mark)}>
                    {mark.fix.title}
                  </button>
                )}
                {mark.documentation?.startsWith('https://') === true && (
                  <a href={mark.documentation} target="_blank" rel="noreferrer">
                    {t($ => $.editor.documentation)}
                  </a>
                )}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {marks.length > 100 && <p className="t3">{t($ => $.editor.moreMarks, { count: marks.length - 100 })}</p>}
    </>
  )
}

function Level({ mark }: { mark: Mark }): ReactNode {
  const { t } = useTranslation('config')
  return (
    <span className="mark">
      <HealthMark health={healthOf[mark.level]} />
      <span className="sr">{t($ => $.object.level[mark.level])}: </span>
    </span>
  )
}

function ImpactDetails({ impact }: { impact: Impact }): ReactNode {
  const { t } = useTranslation('config')
  const { selects, edges, relations, warnings } = impact
  return (
    <>
      {warnings.length > 0 && (
        <section>
          <h2>{t($ => $.editor.warnings)}</h2>
          <ul className="edit-list">
            {warnings.map(warning => (
              <li key={warning}>
                <span className="mark">
                  <HealthMark health="degraded" />
                </span>
                <span>{warning}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {relations.length > 0 && (
        <section>
          <h2>{t($ => $.editor.relation.conflicts)}</h2>
          <ul className="edit-names">
            {relations.map(({ object, kind, why }) => (
              <li key={`${kind}${keyOf(object)}`}>
                <span className="t3">{t($ => $.editor.relation[kind])}</span> {object.kind}{' '}
                <span className="mono">
                  {object.namespace}/{object.name}
                </span>
                <span className="t2">: {why}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {selects !== null && selects.workloads.length > 0 && (
        <section>
          <h2>{t($ => $.editor.selected)}</h2>
          <ul className="edit-names">
            {selects.workloads.slice(0, 50).map(({ namespace, name, pods }) => (
              <li key={`${namespace}/${name}`} className="row">
                <span className="mono cut grow">
                  {namespace}/{name}
                </span>
                <span className="t3 nowrap">{t($ => $.editor.pods, { count: pods })}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {edges !== null && edges.length > 0 && (
        <section>
          <h2>{t($ => $.editor.governed)}</h2>
          <ul className="edit-names">
            {edges.slice(0, 50).map(({ source, destination, requestRate: rate }) => (
              <li key={`${source} ${destination}`} className="row">
                <span className="mono cut grow">
                  {source} → {destination}
                </span>
                {rate !== null && <span className="num nowrap">{rateText(rate, 'req')}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

export function Others({ title, findings }: { title: string; findings: readonly Finding[] }): ReactNode {
  const { t } = useTranslation('config')
  if (findings.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      <ul className="edit-list">
        {findings.slice(0, 50).map((finding, index) => (
          <li key={index}>
            <span className="mark">
              <HealthMark health={healthOf[finding.level]} />
              <span className="sr">{t($ => $.object.level[finding.level])}: </span>
            </span>
            <div>
              <span className="mono s11 t2">{finding.code}</span>{' '}
              <span className="med">
                {finding.object.kind}{' '}
                <span className="mono">
                  {finding.object.namespace}/{finding.object.name}
                </span>
              </span>
              : {finding.message}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** One line over the text: how far its arm reaches. */
export function ImpactStrip({ view }: { view: TextView }): ReactNode {
  const { t } = useTranslation('config')
  const { analysis } = view
  const [first] = analysis.impacts
  return (
    <section className="edit-impact" aria-label={t($ => $.editor.impact)}>
      <span className="label">{t($ => $.editor.impact)}</span>
      {first === undefined ? (
        <span className="t2">
          {analysis.problem === null
            ? t($ => $.editor.impactWait)
            : t($ => $.editor.impactFailing, { because: analysis.problem })}
        </span>
      ) : (
        <Reach impact={first.impact} />
      )}
    </section>
  )
}

function Reach({ impact }: { impact: Impact }): ReactNode {
  const { t } = useTranslation('config')
  const { selects, edges, relations, requestRate: rate } = impact
  return (
    <>
      {selects === null ? (
        <span className="t2">{t($ => $.editor.noSelection)}</span>
      ) : selects.pods === 0 ? (
        <b className="c-degraded">{t($ => $.editor.selectsNothing)}</b>
      ) : (
        <span>
          {t($ => $.editor.selects)} <b>{t($ => $.editor.workloads, { count: selects.workloads.length })}</b>,{' '}
          {t($ => $.editor.pods, { count: selects.pods })}
        </span>
      )}
      {edges !== null && (
        <span>
          {t($ => $.editor.governs)} <b>{t($ => $.editor.edges, { count: edges.length })}</b>
        </span>
      )}
      {rate !== null && (
        <span>
          <b>{rateText(rate, 'req')}</b> {t($ => $.editor.now)}
        </span>
      )}
      <span className="grow" />
      <span className="t2">
        {relations.length === 0
          ? t($ => $.editor.noRelation)
          : relations
              .map(({ kind, object }) => `${t($ => $.editor.relation[kind])} ${object.namespace}/${object.name}`)
              .slice(0, 2)
              .join(' · ')}
      </span>
    </>
  )
}
