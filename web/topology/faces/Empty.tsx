import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { problemFrom } from '#web/api/call.ts'
import { emptyQuery, type Params } from '#web/topology/query.ts'
import { absolute, age } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

/** Nothing to draw: the ladder with its first failing rung, and what would fill the picture. */
export function Empty(props: {
  graph: Graph
  params: Params
  /** Namespaces of the scope; empty: all. */
  namespaces: readonly string[]
  idle: number
  skew: number
  onShowIdle: () => void
  onMoment: (at: number) => void
  onAllNamespaces: () => void
}): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const { data, error } = useQuery(emptyQuery(props.params))
  const [isQueryShown, setQueryShown] = useState(false)
  const firstWrong = data?.rungs.findIndex(({ ok }) => ok === false) ?? -1
  const query = data?.rungs[firstWrong]?.query ?? null
  const lastTrafficAt = data?.lastTrafficAt ?? null
  const window = age(props.graph.window * 1000, language)
  return (
    <section className="face card">
      <header>
        <h2>
          {props.namespaces.length > 0
            ? t($ => $.topology.faces.emptyIn, {
                scope: props.namespaces.slice(0, 3).join(', ') + (props.namespaces.length > 3 ? ' …' : ''),
              })
            : t($ => $.topology.faces.empty)}
        </h2>
      </header>
      <div className="body">
        {/* Whether there are any is not known to who may see nothing. */}
        {data?.rungs[firstWrong]?.rung !== 'rights' && (
          <p className="med">{t($ => $.topology.faces.emptyWindow, { window })}</p>
        )}
        {error !== null && data === undefined && <p className="c-failing">{problemFrom(error).detail}</p>}
        {data === undefined && error === null && <p className="t3">{t($ => $.topology.faces.asking)}</p>}
        <ol className="ladder">
          {data?.rungs.map(({ rung, ok, detail }, index) => (
            <li key={rung} className={ok === null ? 't3' : ok ? 'c-healthy' : 'c-degraded'}>
              {ok === null ? <span className="i" /> : <Icon name={ok ? 'check' : 'close'} />}
              <span className={index === firstWrong ? 'wrong' : 't2'} title={detail}>
                {t($ => $.topology.faces.rungs[rung])}
                {index === firstWrong && detail !== '' && <span className="t2"> — {detail}</span>}
              </span>
            </li>
          ))}
        </ol>
        {lastTrafficAt !== null && (
          <p className="t2" title={absolute(lastTrafficAt - props.skew, language)}>
            {t($ => $.topology.faces.lastTraffic, { age: age(now + props.skew - lastTrafficAt, language) })}
          </p>
        )}
        {isQueryShown && query !== null && <pre>{query}</pre>}
        <div className="row acts">
          {lastTrafficAt !== null && (
            <button type="button" className="link" onClick={() => props.onMoment(lastTrafficAt)}>
              {t($ => $.topology.faces.showLast)}
            </button>
          )}
          {props.idle > 0 && (
            <button type="button" className="link" onClick={props.onShowIdle}>
              {t($ => $.topology.faces.showIdle, { count: props.idle })}
            </button>
          )}
          {props.namespaces.length > 0 && (
            <button type="button" className="link" onClick={props.onAllNamespaces}>
              {t($ => $.topology.faces.allNamespaces)}
            </button>
          )}
          {query !== null && (
            <button
              type="button"
              className="link"
              aria-expanded={isQueryShown}
              onClick={() => setQueryShown(!isQueryShown)}
            >
              {t($ => $.topology.faces.query)}
            </button>
          )}
        </div>
      </div>
    </section>
  )
}
