import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Impact } from '#shared/config/api.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { rate as rateText } from '#web/ui/format.ts'

/** How far the arm of a change reaches: calls it governs, proxies it selects, what is worth a look first. */
export function Reach(props: {
  impacts: readonly { object: ObjectRef; impact: Impact }[]
  problem: string | null
  isWaiting: boolean
}): ReactNode {
  const { t } = useTranslation('config')
  const { impacts, problem } = props
  const warnings = [...new Set(impacts.flatMap(({ impact }) => impact.warnings))]
  const relations = impacts.flatMap(({ impact }) => impact.relations)
  // Objects of one change govern much the same calls: the widest says how many.
  const [widest] = impacts.toSorted((a, b) => (b.impact.edges?.length ?? 0) - (a.impact.edges?.length ?? 0))
  const { edges = null, requestRate: rate = null, selects = null } = widest?.impact ?? {}
  return (
    <section className="intent-reach" aria-label={t($ => $.editor.impact)}>
      <p className="row">
        <span className="label">{t($ => $.editor.impact)}</span>
        {problem !== null ? (
          <span className="c-degraded">{t($ => $.editor.impactFailing, { because: problem })}</span>
        ) : widest === undefined ? (
          <span className="t2">{t($ => $.editor.impactWait)}</span>
        ) : (
          <>
            {selects !== null && (
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
            {relations.length === 0 && <span className="t2">{t($ => $.editor.noRelation)}</span>}
          </>
        )}
      </p>
      {warnings.map(warning => (
        <p key={warning} className="c-degraded">
          {warning}
        </p>
      ))}
      {relations.map(({ object, kind, why }) => (
        <p key={`${kind}${keyOf(object)}`} className="t2">
          {t($ => $.editor.relation[kind])} {object.kind}{' '}
          <span className="mono">
            {object.namespace}/{object.name}
          </span>
          : {why}
        </p>
      ))}
    </section>
  )
}
