import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TraceComparison, TraceRow } from '#shared/traces/api.ts'
import { problemFrom } from '#web/api/call.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Failing, Loading } from '#web/traces/Faces.tsx'
import { Go } from '#web/traces/Go.tsx'
import { compareHref, searchHref, traceHref } from '#web/traces/links.ts'
import { comparisonQuery } from '#web/traces/query.ts'
import { Root } from '#web/traces/search/columns.tsx'
import { duration } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { changed, grownMost, type Place, type PlaceRow, rowsOf } from './places.ts'
import '#web/traces/traces.css'
import './compare.css'

/** Two traces, or one and the median of its operation, place by place. Which ones, the address says. */
export function ComparePage(props: { search: Record<string, unknown>; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const { search, onGo } = props
  const [a, b] = [idIn(search['a']), idIn(search['b'])]
  return (
    <div className="tr-search tr-compare">
      <h1>{t($ => $.compare.title)}</h1>
      {b === undefined ? (
        <p className="tr-lead t2">{t($ => $.compare.nothing)}</p>
      ) : (
        <Compared key={`${a} ${b}`} a={a} b={b} scope={search as ScopeSearch} onGo={onGo} />
      )}
    </div>
  )
}

const idIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f]{1,32}$/i.test(value) ? value : undefined

function Compared(props: { a: string | undefined; b: string; scope: ScopeSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const { a, b, scope, onGo } = props
  const [sort, setSort] = useState<string | undefined>()
  const { data, error, refetch } = useQuery(comparisonQuery(a, b))
  const rows = rowsOf(data?.places ?? [])
  const columns = useColumns(rows)
  if (data === undefined)
    return error === null ? <Loading /> : <Failing problem={problemFrom(error)} onTry={() => void refetch()} />
  return (
    <>
      <div className="sides">
        <Side
          letter={t($ => $.compare.before)}
          row={data.a}
          otherwise={t($ => $.compare.ofMedian, { count: data.of })}
          scope={scope}
          onGo={onGo}
        />
        <Side letter={t($ => $.compare.after)} row={data.b} otherwise="" scope={scope} onGo={onGo} />
        {a !== undefined && (
          <Go className="btn" href={compareHref(b, a, scope)} onGo={onGo}>
            {t($ => $.compare.swap)}
          </Go>
        )}
        {data.b.service !== null && (
          <Go className="btn" href={searchHref({ service: data.b.service }, scope)} onGo={onGo}>
            {t($ => $.trace.crumb)}
          </Go>
        )}
      </div>
      <Verdict data={data} rows={rows} />
      <DataGrid
        name={t($ => $.compare.title)}
        rows={rows}
        columns={columns}
        sort={sort}
        onSort={setSort}
        selected={null}
        onSelect={() => undefined}
      />
      {data.left > 0 && <p className="tr-lead t3">{t($ => $.compare.left, { count: data.left })}</p>}
    </>
  )
}

function Side(props: {
  letter: string
  row: TraceRow | null
  otherwise: string
  scope: ScopeSearch
  onGo: OnGo
}): ReactNode {
  const { row } = props
  return (
    <p className="side">
      <span className="count">{props.letter}</span>
      {row === null ? (
        <span className="t2">{props.otherwise}</span>
      ) : (
        <>
          <Go className="tr-root cut" href={traceHref(row.traceId, props.scope)} onGo={props.onGo} title={row.traceId}>
            <Root row={row} />
          </Go>
          <b className="strong nowrap">{duration(row.duration / 1000)}</b>
        </>
      )}
    </p>
  )
}

/** The difference in a sentence: how much, and whose own time most of it is. */
function Verdict({ data, rows }: { data: TraceComparison; rows: readonly PlaceRow[] }): ReactNode {
  const { t } = useTranslation('traces')
  const difference = changed(rows)
  const most = grownMost(rows, difference > 0 ? 1 : -1)
  if (Math.abs(difference) < 1 || most === null) return <p className="tr-lead t2">{t($ => $.compare.same)}</p>
  const text = duration(Math.abs(difference) / 1000)
  return (
    <p className="tr-lead">
      {t($ => (difference > 0 ? $.compare.slower : $.compare.faster), { difference: text })}{' '}
      <b className={most.service === '' ? 't3' : 'mono med'}>
        {most.service === '' ? t($ => $.notYours) : most.service}
      </b>{' '}
      <span className="t3">({data.places.length.toLocaleString('en-US')})</span>
    </p>
  )
}

function useColumns(rows: readonly PlaceRow[]): GridColumn<PlaceRow>[] {
  const { t } = useTranslation('traces')
  const most = rows.reduce((known, row) => Math.max(known, Math.abs(row.self)), 0)
  const time = (id: 'before' | 'after'): GridColumn<PlaceRow> => ({
    id,
    head: t($ => $.compare[id]),
    width: 92,
    isNumber: true,
    value: row => row[id]?.duration ?? null,
    cell: row => {
      const figures: Place['before'] = row[id]
      return figures === null ? <span className="t3">–</span> : duration(figures.duration / 1000)
    },
  })
  return [
    {
      id: 'place',
      head: t($ => $.compare.place),
      value: row => `${row.service} ${row.operation}`,
      cell: row => (
        <span style={{ paddingLeft: Math.min(row.depth, 20) * 14 }} title={`${row.service} ${row.operation}`}>
          <b className={row.service === '' ? 't3' : 'mono med'}>
            {row.service === '' ? t($ => $.notYours) : row.service}
          </b>{' '}
          <span className="t3">{row.operation}</span>
        </span>
      ),
    },
    time('before'),
    time('after'),
    {
      id: 'duration',
      head: t($ => $.compare.duration),
      width: 128,
      isNumber: true,
      value: row => row.duration,
      cell: row => signed(row.duration),
    },
    {
      id: 'self',
      head: t($ => $.compare.self),
      width: 230,
      value: row => row.self,
      cell: row => (
        <span className="tr-change">
          <span className="axis" aria-hidden="true">
            <i
              className={row.self > 0 ? 'more' : 'less'}
              style={{ width: `${most === 0 ? 0 : (Math.abs(row.self) / most) * 50}%` }}
            />
          </span>
          <span className="num">{signed(row.self)}</span>
        </span>
      ),
    },
    {
      id: 'count',
      head: t($ => $.compare.count),
      width: 128,
      value: row => (row.after?.count ?? 0) - (row.before?.count ?? 0),
      cell: row =>
        row.before === null ? (
          <span className="badge degraded">{t($ => $.compare.onlyAfter)}</span>
        ) : row.after === null ? (
          <span className="badge unknown">{t($ => $.compare.onlyBefore)}</span>
        ) : (
          <span className="t2">
            {count(row.before.count)} → {count(row.after.count)}
          </span>
        ),
    },
  ]
}

const count = (value: number): string => Number(value.toFixed(1)).toLocaleString('en-US')
const signed = (value: number): string =>
  Math.abs(value) < 1 ? '±0' : `${value > 0 ? '+' : '−'}${duration(Math.abs(value) / 1000)}`
