import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Together as TogetherReply } from '#shared/traces/api.ts'
import { problemFrom } from '#web/api/call.ts'
import type { OnGo, TracesSearch } from '#web/traces/address.ts'
import { Failing } from '#web/traces/Faces.tsx'
import { Go } from '#web/traces/Go.tsx'
import { mapHref } from '#web/traces/links.ts'
import { type Params, togetherQuery } from '#web/traces/query.ts'
import { duration, percent } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { Root } from './columns.tsx'

type By = 'service' | 'edge'
type Row = TogetherReply['byEdge'][number] & { id: string }

/** Many traces of one root operation as one: where their critical-path time went, and what could be won. */
export function Together({ params, search, onGo }: { params: Params; search: TracesSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const [by, setBy] = useState<By>('service')
  const [sort, setSort] = useState<string | undefined>()
  const { data, error, refetch } = useQuery(togetherQuery(params))
  const columns = useColumns(by, data?.duration ?? 0)
  if (data === undefined)
    return error === null ? (
      <p className="tr-lead t3" role="status">
        {t($ => $.together.reading)}
      </p>
    ) : (
      <Failing problem={problemFrom(error)} onTry={() => void refetch()} />
    )
  if (data.traces === 0) return <p className="tr-lead t2">{t($ => $.together.none)}</p>
  const shares = by === 'service' ? data.byService : data.byEdge
  const rows = shares.map((share): Row => ({ ...share, id: JSON.stringify([share.service, share.caller]) }))
  const services = data.byService.flatMap(({ service }) => (service === null || service === '' ? [] : [service]))
  const map = mapHref(services, search)
  return (
    <section className="tr-together" aria-label={t($ => $.together.name)}>
      <div className="tr-lead row">
        <p className="grow">
          <span className="t2">{t($ => $.together.lead, { traces: data.traces, count: data.found })}</span>{' '}
          <Root row={data} /> ·{' '}
          <b className="strong">{t($ => $.together.quantile, { duration: duration(data.duration / 1000) })}</b>
          {data.missing > 0 && (
            <span className="c-degraded"> {t($ => $.together.missing, { count: data.missing })}</span>
          )}
          <span className="t3 s11 about">{t($ => $.together.explain)}</span>
        </p>
        {map !== null && (
          <Go className="btn" href={map} onGo={onGo}>
            {t($ => $.trace.map)}
          </Go>
        )}
        <Segmented<By>
          name={t($ => $.together.by)}
          value={by}
          choices={(['service', 'edge'] as const).map(value => ({ value, label: t($ => $.together[value]) }))}
          onChoose={setBy}
        />
      </div>
      <DataGrid
        name={t($ => $.together.name)}
        rows={rows}
        columns={columns}
        sort={sort}
        onSort={setSort}
        selected={null}
        onSelect={() => undefined}
      />
    </section>
  )
}

function useColumns(by: By, quantile: number): GridColumn<Row>[] {
  const { t } = useTranslation('traces')
  const nameOf = (service: string | null): string =>
    service === null ? t($ => $.nobody) : service === '' ? t($ => $.notYours) : service
  const name = (service: string | null, word: string) => (
    <span className={service === null || service === '' ? 't3' : 'mono med'} title={word}>
      {word}
    </span>
  )
  const service: GridColumn<Row> = {
    id: 'service',
    head: t($ => $.together.service),
    value: row => nameOf(row.service),
    cell: row => name(row.service, nameOf(row.service)),
  }
  const callerOf = (row: Row): string => (row.caller === null ? t($ => $.outside) : nameOf(row.caller))
  const caller: GridColumn<Row> = {
    id: 'caller',
    head: t($ => $.together.caller),
    value: callerOf,
    cell: row => name(row.caller, callerOf(row)),
  }
  const change = (row: Row): number => (quantile === 0 ? 0 : (row.quantileWithout - quantile) / quantile)
  return [
    service,
    ...(by === 'edge' ? [caller] : []),
    {
      id: 'share',
      head: t($ => $.together.share),
      width: 210,
      value: row => row.share,
      cell: row => (
        <span className="tr-share">
          <span className="meter">
            <i style={{ width: `${row.share * 100}%` }} />
          </span>
          {percent(row.share)}
        </span>
      ),
    },
    {
      id: 'mean',
      head: t($ => $.together.mean),
      width: 96,
      isNumber: true,
      value: row => row.time / Math.max(1, row.traces),
      cell: row => duration(row.time / Math.max(1, row.traces) / 1000),
    },
    {
      id: 'traces',
      head: t($ => $.together.traces),
      width: 76,
      isNumber: true,
      value: row => row.traces,
      cell: row => row.traces,
    },
    {
      id: 'instant',
      head: t($ => $.together.instant),
      title: t($ => $.together.instantTitle),
      width: 168,
      isNumber: true,
      value: row => -change(row),
      cell: row => (
        <b className="med">
          {t($ => $.together.p95, { change: change(row) === 0 ? '±0' : `−${percent(Math.abs(change(row)))}` })}
        </b>
      ),
    },
  ]
}
