import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { aggregateOf } from '#shared/traces/aggregate.ts'
import { serviceParts } from '#shared/traces/service.ts'
import { duration, percent } from '#web/ui/format.ts'
import { toneOf } from './Row.tsx'
import type { Model } from './model.ts'

const most = 8

/** While no span is looked at: where the trace's time went. */
export function TraceSide({ model, onSelect }: { model: Model; onSelect: (index: number) => void }): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <>
      <header>
        <h2 className="t3">{t($ => $.trace.side.trace)}</h2>
      </header>
      <div className="tr-side-body">
        <Went model={model} onSelect={onSelect} />
      </div>
    </>
  )
}

/** The critical path by service; what it would be without the first of them. */
export function Went({ model, onSelect }: { model: Model; onSelect?: (index: number) => void }): ReactNode {
  const { t } = useTranslation('traces')
  const { shares } = aggregateOf([model.tree], 1, 'service')
  const [first] = shares
  const rest = shares.slice(most)
  const nameOf = (service: string | null): string =>
    service === null ? t($ => $.nobody) : service === '' ? t($ => $.notYours) : serviceParts(service).app
  const rows = shares.slice(0, most).map(({ service, share }) => ({
    name: nameOf(service),
    span: service === null ? undefined : heaviestOf(model, service),
    title: service ?? '',
    share,
    tone: service === null || service === '' ? 'var(--unknown-mark)' : toneOf(model, service),
  }))
  if (rest.length > 0)
    rows.push({
      span: undefined,
      name: t($ => $.trace.side.others, { count: rest.length }),
      title: rest.map(({ service }) => nameOf(service)).join(', '),
      share: rest.reduce((sum, { share }) => sum + share, 0),
      tone: 'var(--unknown-mark)',
    })
  return (
    <>
      <section>
        <h3>{t($ => $.trace.side.went, { duration: duration(model.tree.duration / 1000) })}</h3>
        <ul className="share">
          {rows.map(({ name, title, span, share, tone }) => (
            <li key={`${title} ${name}`}>
              {span === undefined || onSelect === undefined ? (
                <span className="mono cut" title={title}>
                  {name}
                </span>
              ) : (
                <button
                  type="button"
                  className="link mono cut"
                  title={t($ => $.trace.side.heaviest, { service: title })}
                  onClick={() => onSelect(span)}
                >
                  {name}
                </button>
              )}
              <span className="m" aria-hidden="true">
                <i style={{ width: `${share * 100}%`, background: tone }} />
              </span>
              <span className="num">{percent(share)}</span>
            </li>
          ))}
        </ul>
      </section>
      {first !== undefined && model.tree.duration > 0 && (
        <p className="instant t2">
          {t($ => $.trace.side.instant, { service: nameOf(first.service) })}{' '}
          <b className="strong">{duration(first.quantileWithout / 1000)}</b>.
        </p>
      )}
    </>
  )
}

/** The span of a service with most of the critical path: the one to look at first. */
export function heaviestOf({ critical, tree }: Model, service: string): number | undefined {
  let best: { index: number; time: number } | null = null
  for (const [index, time] of critical) {
    const span = tree.spans[index]?.span
    if (span?.service === service && span.isHidden !== true && time > (best?.time ?? 0)) best = { index, time }
  }
  return best?.index
}
