import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { refOfParams } from '#shared/config/address.ts'
import { Go } from '#web/config/intents/Go.tsx'
import { objectHref } from '#web/config/names.ts'
import { ObjectName } from './cells.tsx'
import { HistoryView } from './HistoryView.tsx'
import { historySearchIn, type OnHistorySearch } from './search.ts'

/** The past of the mesh, of the chosen namespaces, or of one object. */
export function HistoryPage(props: {
  /** As the address says it: what is not understood is dropped here. */
  search: Record<string, unknown>
  onSearch: OnHistorySearch
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const search = historySearchIn(props.search)
  const [group = '', kind = '', namespace = '', name = ''] = (search.object ?? '').split('/')
  const of = search.object === undefined ? null : refOfParams({ group, kind, namespace, name })
  const namespaces = (search.ns ?? '').split(',').filter(word => word !== '')
  return (
    <div className="history-page">
      <header className="object-head">
        <nav className="crumbs-line" aria-label={t($ => $.object.crumbs)}>
          <Go href={search.ns === undefined ? '/config' : `/config?ns=${search.ns}`} onGo={props.onGo}>
            {t($ => $.object.config)}
          </Go>
          <i aria-hidden="true">/</i>
        </nav>
        <h1>{t($ => $.history.title)}</h1>
        {of !== null ? (
          <span className="badge line">
            <Go href={objectHref(of)} onGo={props.onGo}>
              <ObjectName of={of} />
            </Go>
            <button
              type="button"
              className="link"
              aria-label={t($ => $.history.wholeMesh)}
              title={t($ => $.history.wholeMesh)}
              onClick={() => props.onSearch({ object: undefined, open: undefined, pick: undefined })}
            >
              ×
            </button>
          </span>
        ) : (
          <span className="t3 s12 cut">
            {namespaces.length === 0
              ? t($ => $.history.ofMesh)
              : t($ => $.history.ofNamespaces, {
                  count: namespaces.length,
                  names: namespaces.slice(0, 4).join(', ') + (namespaces.length > 4 ? ', …' : ''),
                })}
          </span>
        )}
      </header>
      <HistoryView search={search} onSearch={props.onSearch} onGo={props.onGo} />
    </div>
  )
}
