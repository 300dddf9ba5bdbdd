import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { files } from '#shared/metrics/own/dashboard.ts'
import type { OwnList } from '#shared/metrics/own/api.ts'
import { outageOfError } from '#web/api/outage.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { Failing, Refused } from '#web/ui/faces/Away.tsx'
import type { Lent, OwnPageProps } from './apply.ts'
import { NewDashboard } from './NewDashboard.tsx'
import { listQuery, ownKey } from './query.ts'
import { hrefOf } from './search.ts'
import '#web/metrics/metrics.css'
import './own.css'

type Row = OwnList['dashboards'][number] & { id: string }

/** All dashboards of people's own that one may see; a new one is written here, or pasted. */
export function DashboardsPage(props: OwnPageProps & Lent): ReactNode {
  const { t } = useTranslation('metrics')
  const { search, onSearch, onGo } = props
  const { data, error, refetch } = useQuery(listQuery)
  const cache = useQueryClient()
  const columns = useColumns(onGo)
  const [text, setText] = useState('')
  const away = error === null ? null : outageOfError(error)
  const wanted = text.trim().toLowerCase()
  const rows = (data?.dashboards ?? [])
    .map((each): Row => ({ ...each, id: hrefOf(each) }))
    .filter(row => wanted === '' || `${row.title} ${row.namespace}/${row.name}`.toLowerCase().includes(wanted))
  return (
    <div className="metrics-page own-page" aria-busy={data === undefined && away === null}>
      <header className="row">
        <h1>{t($ => $.own.title)}</h1>
        <span className="grow" />
        <div className="field">
          <input
            type="search"
            aria-label={t($ => $.own.filter)}
            placeholder={t($ => $.own.filter)}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        </div>
        <button type="button" className="btn" onClick={() => onSearch({ new: 'paste' })}>
          {t($ => $.own.paste)}
        </button>
        <button type="button" className="btn primary" onClick={() => onSearch({ new: 'form' })}>
          {t($ => $.own.add)}
        </button>
      </header>
      <p className="t2 s12">{t($ => $.own.lead)}</p>
      {(search['new'] ?? '') !== '' && (
        <NewDashboard
          key={search['new']}
          {...props}
          isPaste={search['new'] === 'paste'}
          onDone={place => {
            void cache.invalidateQueries({ queryKey: ownKey })
            onGo(hrefOf(place))
          }}
          onClose={() => onSearch({ new: undefined })}
        />
      )}
      {data?.partial.map(sentence => (
        <p key={sentence} className="note degraded" role="status">
          {sentence}
        </p>
      ))}
      {away?.refusal != null ? (
        <Refused title={t($ => $.own.refused)} because={away.refusal} />
      ) : away?.outage != null && data === undefined ? (
        <Failing title={t($ => $.own.failing)} outage={away.outage} skew={0} onTry={() => void refetch()} />
      ) : data === undefined ? (
        <p role="status">{t($ => $.own.loading)}</p>
      ) : data.dashboards.length === 0 ? (
        <p className="t2" role="status">
          {t($ => $.own.none)}
        </p>
      ) : (
        <section className="card own-list">
          <DataGrid
            name={t($ => $.own.title)}
            rows={rows}
            columns={columns}
            sort={search['sort']}
            onSort={sort => onSearch({ sort })}
            selected={null}
            onSelect={onGo}
          />
        </section>
      )}
    </div>
  )
}

function useColumns(onGo: (href: string) => void): GridColumn<Row>[] {
  const { t } = useTranslation('metrics')
  return [
    {
      id: 'title',
      head: t($ => $.own.name),
      value: row => row.title,
      cell: row => (
        <a
          href={row.id}
          onClick={event => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return
            event.preventDefault()
            event.stopPropagation()
            onGo(row.id)
          }}
        >
          {row.title}
        </a>
      ),
    },
    {
      id: 'place',
      head: t($ => $.own.place),
      value: row => `${row.namespace}/${row.name}`,
      cell: row =>
        row.namespace === files ? (
          <span className="t2">{t($ => $.own.file, { name: `${row.name}.json` })}</span>
        ) : (
          <span className="mono">{`${row.namespace}/${row.name}`}</span>
        ),
    },
    {
      id: 'panels',
      head: t($ => $.own.panels),
      width: 96,
      isNumber: true,
      value: row => row.panels,
      cell: row => row.panels,
    },
    {
      id: 'problem',
      head: t($ => $.own.problem),
      value: row => row.problem,
      cell: row => (row.problem === null ? null : <span className="c-degraded">{row.problem}</span>),
    },
  ]
}
