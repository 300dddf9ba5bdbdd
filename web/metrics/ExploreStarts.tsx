import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemFrom } from '#web/api/call.ts'
import { cutMiddle, rate } from '#web/ui/format.ts'
import { busiest, busiestIn, type MeshStart, meshStarts, type ServiceStart, serviceStarts } from './explore-starts.ts'
import { exploreQuery } from './query.ts'

const ofMesh = Object.keys(meshStarts) as MeshStart[]
const ofService = ['requests', 'errors', 'latency', 'callers'] as const satisfies readonly ServiceStart[]

/** Nothing is asked yet: one's own last questions, those about the mesh, and the golden signals of who is busiest. */
export function ExploreStarts(props: {
  recent: readonly string[]
  onAsk: (query: string) => void
  onForget: () => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { recent, onAsk } = props
  return (
    <div className="explore-starts">
      {recent.length > 0 && (
        <section className="card is-wide" aria-labelledby="starts-recent">
          <header>
            <h2 id="starts-recent">{t($ => $.starts.recent)}</h2>
            <span className="grow" />
            <button type="button" className="link s11" onClick={props.onForget}>
              {t($ => $.starts.forget)}
            </button>
          </header>
          <ul>
            {recent.map(query => (
              <li key={query}>
                <button type="button" className="start" title={query} onClick={() => onAsk(query)}>
                  <code className="cut">{query}</code>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-labelledby="starts-mesh">
        <header>
          <h2 id="starts-mesh">{t($ => $.starts.mesh)}</h2>
        </header>
        <ul>
          {ofMesh.map(start => (
            <li key={start}>
              <button
                type="button"
                className="start"
                title={meshStarts[start]}
                onClick={() => onAsk(meshStarts[start])}
              >
                <span>{t($ => $.starts.ofMesh[start])}</span>
                <code className="cut t3 s11">{meshStarts[start]}</code>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Busiest onAsk={onAsk} />
    </div>
  )
}

function Busiest({ onAsk }: { onAsk: (query: string) => void }): ReactNode {
  const { t } = useTranslation('metrics')
  const { data, error } = useQuery(exploreQuery({ q: busiest, range: '900' }))
  const services = data === undefined ? null : busiestIn(data)
  return (
    <section className="card" aria-labelledby="starts-services" aria-busy={services === null && error === null}>
      <header>
        <h2 id="starts-services">{t($ => $.starts.services)}</h2>
        <span className="grow" />
        <span className="t3 s11">{t($ => $.starts.window)}</span>
      </header>
      {error !== null ? (
        <p className="note degraded" role="alert">
          {problemFrom(error).detail}
        </p>
      ) : services === null ? (
        <p className="t3 s12 said" role="status">
          {t($ => $.starts.reading)}
        </p>
      ) : services.length === 0 ? (
        <p className="t2 s12 said">{t($ => $.starts.idle)}</p>
      ) : (
        <ul>
          {services.map(service => {
            const name = `${service.namespace}/${service.name}`
            const asks = serviceStarts(service)
            return (
              <li key={name} className="of-service">
                <span className="mono cut" title={name}>
                  {cutMiddle(name, 40)}
                </span>
                <span className="num t2">{rate(service.requestRate)}</span>
                {ofService.map(start => (
                  <button
                    key={start}
                    type="button"
                    className="link"
                    title={asks[start]}
                    aria-label={t($ => $.starts.ask, { name, what: t($ => $.starts.ofService[start]) })}
                    onClick={() => onAsk(asks[start])}
                  >
                    {t($ => $.starts.ofService[start])}
                  </button>
                ))}
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
