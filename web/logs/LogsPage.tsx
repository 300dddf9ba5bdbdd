import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import { call, problemFrom } from '#web/api/call.ts'
import { namespacesIn } from '#web/api/scope.ts'
import type { CallFacts } from './call-facts.ts'
import { LogView } from './LogView.tsx'
import { logsSearchIn, type OnLogsSearch } from './search.ts'
import './logs.css'

/** Logs of a namespace, narrowed by the address. */
export function LogsPage(props: {
  /** As the address says it: what is not understood is dropped here. */
  search: Readonly<Record<string, string | undefined>>
  onSearch: OnLogsSearch
  /** Where one asks whether a call may pass. */
  checkHref?: (call: CallFacts) => string
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const { data, error } = useQuery({
    queryKey: ['namespaces'],
    queryFn: ({ signal }) => call(listNamespaces, {}, signal),
  })
  const namespaces = data?.namespaces.map(({ name }) => name) ?? []
  const [only, ...others] = namespacesIn(props.search['ns'])
  const asked = logsSearchIn(props.search)
  const search = { ...asked, namespace: asked.namespace ?? (others.length === 0 ? only : undefined) }
  return (
    <div className="log-page">
      <h1 className="sr">{t($ => $.title)}</h1>
      {search.namespace !== undefined ? (
        <LogView
          search={search}
          onSearch={props.onSearch}
          onGo={props.onGo}
          namespaces={namespaces}
          checkHref={props.checkHref}
        />
      ) : (
        <section className="card face" aria-labelledby="choose-namespace">
          <header>
            <h2 id="choose-namespace">{t($ => $.choose)}</h2>
          </header>
          <div className="body">
            <p className="t2">{t($ => $.chooseWhy)}</p>
            {error !== null && <p role="alert">{problemFrom(error).detail}</p>}
            {data !== undefined && namespaces.length === 0 && <p role="status">{t($ => $.noNamespaces)}</p>}
            <ul className="log-namespaces">
              {namespaces.map(name => (
                <li key={name}>
                  <button type="button" className="link mono" onClick={() => props.onSearch({ namespace: name })}>
                    {name}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </section>
      )}
    </div>
  )
}
