import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ProxyConfig } from '#shared/proxies/api.ts'
import { FilterField } from '#web/ui/FilterField.tsx'
import { DataGrid } from '#web/ui/grid/DataGrid.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { type Links, RowDetail, useColumns } from './columns.tsx'
import { Loading, Missing, Stale, Trouble, useAge } from './Faces.tsx'
import { narrow } from './narrow.ts'
import { configQuery } from './query.ts'
import type { OnProxiesSearch, ProxiesSearch } from './search.ts'

interface PanelProps {
  proxy: { namespace: string; pod: string }
  search: ProxiesSearch
  onSearch: OnProxiesSearch
  links: Links
}

/** What one proxy goes by, as tables. */
export function ConfigPanel(props: PanelProps): ReactNode {
  const { t } = useTranslation('proxies')
  const { proxy, search } = props
  const { data, error, refetch, isFetching } = useQuery(configQuery(proxy, search.table))
  const name = `${proxy.namespace}/${proxy.pod}`
  return (
    <section className="proxies-config" aria-label={t($ => $.config.of, { proxy: name })} aria-busy={isFetching}>
      <header className="row">
        <h2 className="cut" title={name}>
          {t($ => $.config.of, { proxy: proxy.pod })}
        </h2>
        <span className="grow" />
        {data !== undefined && <Asked config={data} />}
        <button type="button" className="btn" disabled={isFetching} onClick={() => void refetch()}>
          {t($ => $.config.again)}
        </button>
      </header>
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Trouble error={error} onTry={() => void refetch()} />
        )
      ) : (
        <>
          {error !== null && <Stale at={data.at} error={error} />}
          <Missing partial={data.partial} />
          <Rows {...props} config={data} />
        </>
      )}
    </section>
  )
}

function Asked({ config }: { config: ProxyConfig }): ReactNode {
  const { t } = useTranslation('proxies')
  const old = useAge(config.at)
  return (
    <span className="t3 s11 nowrap">
      {t($ => $.config.asked, { age: old })} ·{' '}
      {config.toldBy === 'proxy' ? t($ => $.config.byProxy) : t($ => $.config.byIstiod)}
    </span>
  )
}

function Rows({ config, search, onSearch, links }: PanelProps & { config: ProxyConfig }): ReactNode {
  const { t } = useTranslation('proxies')
  const { table } = config
  const columns = useColumns(table, links)
  const rows = narrow(config.rows, search.q)
  const [chosen, setChosen] = useState<string | null>(null)
  const row = rows.find(({ id }) => `${table}/${id}` === chosen)
  return (
    <>
      <div className="row proxies-tools">
        <Segmented
          name={t($ => $.config.tables)}
          value={table}
          choices={config.counts.map(each => ({
            value: each.table,
            label: (
              <>
                {t($ => $.config.table[each.table])} <span className="t3">{each.rows.toLocaleString('en-US')}</span>
              </>
            ),
          }))}
          onChoose={next => onSearch({ table: next, sort: undefined }, true)}
        />
        <span className="grow" />
        <FilterField
          className="find"
          name={t($ => $.config.search)}
          value={search.q ?? ''}
          onChange={q => onSearch({ q })}
        />
        <span className="t3 s11 nowrap" role="status">
          {t($ => $.config.shown, {
            shown: rows.length.toLocaleString('en-US'),
            all: config.rows.length.toLocaleString('en-US'),
          })}
        </span>
      </div>
      {rows.length === 0 ? (
        <p className="nothing t2">
          {config.rows.length === 0 ? t($ => $.config.empty) : t($ => $.config.nothing)}{' '}
          {config.rows.length > 0 && (
            <button type="button" className="link" onClick={() => onSearch({ q: undefined })}>
              {t($ => $.config.clear)}
            </button>
          )}
        </p>
      ) : (
        <DataGrid
          key={table}
          name={t($ => $.config.table[table])}
          rows={rows}
          columns={columns}
          sort={search.sort}
          onSort={sort => onSearch({ sort })}
          selected={row?.id ?? null}
          onSelect={id => setChosen(`${table}/${id}`)}
        />
      )}
      {config.left > 0 && <p className="t3 s11">{t($ => $.config.left, { count: config.left })}</p>}
      {row !== undefined && <RowDetail table={table} row={row} links={links} />}
    </>
  )
}
