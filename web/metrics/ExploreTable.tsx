import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Explored } from '#shared/metrics/api.ts'
import { csvCell } from '#web/ui/chart/rows.ts'
import { download } from '#web/ui/download.ts'
import { none, significant } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import type { MetricsSearch, OnMetricsSearch } from './search.ts'

type Row = Explored['rows'][number] & { id: string; name: string }

/** Every series of an answer with its numbers: looked through, sorted, and taken along as a file. */
export function ExploreTable(props: { answer: Explored; search: MetricsSearch; onSearch: OnMetricsSearch }): ReactNode {
  const { t } = useTranslation('metrics')
  const { answer, search, onSearch } = props
  const [text, setText] = useState('')
  const [selected, setSelected] = useState<string | null>(null)
  const all = namedRows(answer)
  const wanted = text.trim().toLowerCase()
  const rows = wanted === '' ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted))
  const columns = useColumns()
  return (
    <section className="card explore-table" aria-label={t($ => $.resultTable)}>
      <header className="row">
        <h2>{t($ => $.resultTable)}</h2>
        <span className="t3 s11" role="status">
          {t($ => $.rows, { shown: rows.length.toLocaleString('en-US'), all: answer.series.toLocaleString('en-US') })}
        </span>
        <span className="grow" />
        <div className="field">
          <input
            type="search"
            aria-label={t($ => $.filterRows)}
            placeholder={t($ => $.filterRows)}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        </div>
        <button type="button" className="btn" onClick={() => download('answer.csv', 'text/csv', csvOfRows(rows))}>
          {t($ => $.csv)}
        </button>
      </header>
      <DataGrid
        name={t($ => $.result)}
        rows={rows}
        columns={columns}
        sort={search.sort ?? '-last'}
        onSort={sort => onSearch({ sort })}
        selected={selected}
        onSelect={setSelected}
      />
    </section>
  )
}

const namedRows = ({ rows }: Explored): Row[] =>
  rows.map((row, index) => ({ ...row, id: String(index), name: nameOf(row.labels) }))

/** `metric{a="b"}`, as Prometheus prints a series. */
function nameOf({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? name || 'value' : `${name}{${pairs.join(', ')}}`
}

function useColumns(): GridColumn<Row>[] {
  const { t } = useTranslation('metrics')
  const number = (id: 'last' | 'least' | 'most', head: string): GridColumn<Row> => ({
    id,
    head,
    width: 120,
    isNumber: true,
    value: row => row[id],
    cell: row => {
      const value = row[id]
      return value === null ? none : significant(value, true)
    },
  })
  return [
    {
      id: 'name',
      head: t($ => $.name),
      value: row => row.name,
      cell: row => (
        <span className="mono" title={row.name}>
          {row.name}
        </span>
      ),
    },
    number(
      'last',
      t($ => $.last),
    ),
    number(
      'least',
      t($ => $.least),
    ),
    number(
      'most',
      t($ => $.most),
    ),
  ]
}

/** A column for each label, then the numbers, unrounded (RFC 4180). Pure. */
export function csvOfRows(rows: readonly Explored['rows'][number][]): string {
  const labels = [...new Set(rows.flatMap(row => Object.keys(row.labels)))].sort()
  const head = [...labels, 'last', 'min', 'max'].map(csvCell)
  const body = rows.map(row => [
    ...labels.map(label => csvCell(row.labels[label] ?? '')),
    ...[row.last, row.least, row.most].map(value => (value === null ? '' : String(value))),
  ])
  return `${[head, ...body].map(cells => cells.join(',')).join('\r\n')}\r\n`
}
