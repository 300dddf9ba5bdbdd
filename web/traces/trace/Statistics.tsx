import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type OperationStatistics, statisticsOf } from '#shared/traces/statistics.ts'
import { duration, percent } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import type { Model } from './model.ts'
import { toneOf } from './Row.tsx'

type Row = OperationStatistics & { id: string }

/** What each operation did in this trace; choosing one leads to its first span. */
export function Statistics({ model, onSelect }: { model: Model; onSelect: (index: number) => void }): ReactNode {
  const { t } = useTranslation('traces')
  const [sort, setSort] = useState<string | undefined>()
  const rows = statisticsOf(model.tree).map(
    (each): Row => ({ ...each, id: JSON.stringify([each.service, each.operation]) }),
  )
  const columns = useColumns(model)
  return (
    <DataGrid
      name={t($ => $.trace.table.name)}
      rows={rows}
      columns={columns}
      sort={sort}
      onSort={setSort}
      selected={null}
      onSelect={id => {
        const index = model.tree.spans.findIndex(({ span }) => JSON.stringify([span.service, span.operation]) === id)
        if (index >= 0) onSelect(index)
      }}
    />
  )
}

function useColumns(model: Model): GridColumn<Row>[] {
  const { t } = useTranslation('traces')
  const time = (id: 'total' | 'self' | 'least' | 'most'): GridColumn<Row> => ({
    id,
    head: t($ => $.trace.table[id]),
    width: 92,
    isNumber: true,
    value: row => row[id],
    cell: row => duration(row[id] / 1000),
  })
  const whole = model.tree.duration
  return [
    {
      id: 'service',
      head: t($ => $.trace.table.service),
      width: 210,
      value: row => row.service,
      cell: row => (
        <span className="tr-of">
          <i
            className="sw"
            style={{ background: row.service === '' ? 'var(--unknown-mark)' : toneOf(model, row.service) }}
          />
          <span className={row.service === '' ? 't3' : 'mono med'} title={row.service}>
            {row.service === '' ? t($ => $.notYours) : row.service}
          </span>
        </span>
      ),
    },
    {
      id: 'operation',
      head: t($ => $.trace.table.operation),
      value: row => row.operation,
      cell: row => <span title={row.operation}>{row.operation}</span>,
    },
    {
      id: 'count',
      head: t($ => $.trace.table.count),
      width: 70,
      isNumber: true,
      value: row => row.count,
      cell: row => row.count.toLocaleString('en-US'),
    },
    {
      id: 'errors',
      head: t($ => $.trace.table.errors),
      width: 74,
      isNumber: true,
      value: row => row.errors,
      cell: row =>
        row.errors === 0 ? (
          <span className="t3">0</span>
        ) : (
          <span className="tr-errors c-failing">
            <HealthMark health="failing" /> {row.errors.toLocaleString('en-US')}
          </span>
        ),
    },
    {
      id: 'critical',
      head: t($ => $.trace.table.critical),
      width: 112,
      isNumber: true,
      value: row => row.critical,
      cell: row => percent(whole === 0 ? 0 : row.critical / whole),
    },
    time('self'),
    time('total'),
    time('least'),
    time('most'),
  ]
}
