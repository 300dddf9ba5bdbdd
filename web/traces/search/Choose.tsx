import { type ComponentType, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OnGo, OnSearch, TracesSearch } from '#web/traces/address.ts'
import { duration, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { IdForm } from './SearchForm.tsx'
import { type ServiceFacts, type Start, startsOf } from './starts.ts'

/** What the mesh says of services, lent by the page around: null until it has said something. */
export type WithFacts = ComponentType<{ children: (facts: readonly ServiceFacts[] | null) => ReactNode }>

const most = 60

interface ChooseProps {
  services: readonly string[]
  search: TracesSearch
  onSearch: OnSearch
  onGo: OnGo
}

/** Before a service is chosen: those there are, the worst first, each with the searches it asks for. */
export function Choose({ Facts, ...props }: ChooseProps & { Facts: WithFacts | undefined }): ReactNode {
  const { t } = useTranslation('traces')
  const isNone = props.services.length === 0
  return (
    <section className="face card tr-choose">
      <header>
        <h2>{t($ => (isNone ? $.faces.none : $.faces.choose))}</h2>
        <span className="grow" />
        <IdForm search={props.search} onGo={props.onGo} />
      </header>
      <p className="t2 lead">{t($ => (isNone ? $.faces.noneWhat : $.faces.chooseWhat))}</p>
      {Facts === undefined || isNone ? (
        <Services {...props} facts={null} />
      ) : (
        <Facts>{facts => <Services {...props} facts={facts} />}</Facts>
      )}
    </section>
  )
}

function Services({ services, facts, onSearch }: ChooseProps & { facts: readonly ServiceFacts[] | null }): ReactNode {
  const { t } = useTranslation('traces')
  const [placed, setPlaced] = useState<readonly string[] | null>(null)
  const starts = startsOf(services, facts ?? [])
  // They stay where they were first: a list that moves under the hand is of no use.
  if (facts !== null && placed === null) setPlaced(starts.map(({ service }) => service))
  const placeOf = new Map(placed?.map((service, place) => [service, place]))
  const ordered = starts.toSorted((a, b) => (placeOf.get(a.service) ?? most) - (placeOf.get(b.service) ?? most))
  if (services.length === 0) return null
  return (
    <table className="tr-starts">
      <thead>
        <tr>
          <th scope="col">{t($ => $.start.service)}</th>
          <th scope="col" className="num">
            {t($ => $.start.requests)}
          </th>
          <th scope="col" className="num">
            {t($ => $.start.errors)}
          </th>
          <th scope="col" className="num">
            {t($ => $.start.p95)}
          </th>
          <th scope="col">
            <span className="sr">{t($ => $.start.searches)}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {ordered.slice(0, most).map(start => (
          <Line key={start.service} start={start} onSearch={onSearch} />
        ))}
        {services.length > most && (
          <tr>
            <td colSpan={5} className="t3">
              {t($ => $.start.more, { count: services.length - most })}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function Line({ start: { service, facts }, onSearch }: { start: Start; onSearch: OnSearch }): ReactNode {
  const { t } = useTranslation('traces')
  const { health = 'unknown', requestRate = 0, errorRatio = null, p95 = null } = facts ?? {}
  const isSick = health === 'failing' || health === 'degraded'
  const find = (more: Partial<TracesSearch>) => () => onSearch({ service, ...more }, true)
  return (
    <tr>
      <td>
        <div className="row">
          <HealthMark health={health} />
          <button type="button" className="link mono cut" title={service} onClick={find({})}>
            {service}
          </button>
        </div>
      </td>
      <td className="num">{facts === null || requestRate === 0 ? '–' : rate(requestRate)}</td>
      <td className={isSick && (errorRatio ?? 0) > 0 ? `num c-${health}` : 'num'}>{percent(errorRatio)}</td>
      <td className="num">{duration(p95)}</td>
      <td className="searches">
        {(errorRatio ?? 0) > 0 && (
          <button
            type="button"
            className="link"
            aria-label={t($ => $.start.failedOf, { service })}
            onClick={find({ error: '1' })}
          >
            {t($ => $.start.failed)}
          </button>
        )}
        {p95 !== null && p95 > 0 && (
          <button
            type="button"
            className="link"
            title={t($ => $.start.slowTitle, { duration: duration(p95) })}
            aria-label={t($ => $.start.slowOf, { service })}
            onClick={find({ min: String(Math.round(p95)) })}
          >
            {t($ => $.start.slow)}
          </button>
        )}
      </td>
    </tr>
  )
}
