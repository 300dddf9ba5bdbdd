import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Together as TogetherReply } from '#shared/traces/api.ts'
import { problemFrom } from '#web/api/call.ts'
import type { OnSearch, TracesSearch } from '#web/traces/address.ts'
import { Failing } from '#web/traces/Faces.tsx'
import { shareCalls } from '#web/traces/map-calls.ts'
import { MapStage, type TraceMap } from '#web/traces/MapStage.tsx'
import { type Params, togetherQuery } from '#web/traces/query.ts'
import { duration, percent, roundPercent } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { Root } from './columns.tsx'

type By = 'service' | 'edge'
type Row = TogetherReply['byEdge'][number] & { id: string }

/** Many traces of one root operation as one: where their critical-path time went, and what could be won. */
export function Together({
  params,
  search,
  onSearch,
  map,
}: {
  params: Params
  search: TracesSearch
  onSearch: OnSearch
  map: TraceMap | undefined
}): ReactNode {
  const { t } = useTranslation('traces')
  const [by, setBy] = useState<By>('service')
  const [sort, setSort] = useState<string | undefined>()
  const [isOnMap, setOnMap] = useState(false)
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
  return (
    <section className={isOnMap ? 'tr-together is-mapped' : 'tr-together'} aria-label={t($ => $.together.name)}>
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
        {map !== undefined && (
          <button type="button" className="btn" aria-pressed={isOnMap} onClick={() => setOnMap(!isOnMap)}>
            <Icon name="topology" />
            {t($ => $.together.onMap)}
          </button>
        )}
        <Segmented<By>
          name={t($ => $.together.by)}
          value={by}
          choices={(['service', 'edge'] as const).map(value => ({ value, label: t($ => $.together[value]) }))}
          onChoose={setBy}
        />
      </div>
      {isOnMap && map !== undefined && <OnMap data={data} search={search} onSearch={onSearch} map={map} />}
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

/** The share of each call drawn over the topology; a call leads to the traces of where it arrives. */
function OnMap(props: { data: TogetherReply; search: TracesSearch; onSearch: OnSearch; map: TraceMap }): ReactNode {
  const { t } = useTranslation('traces')
  const { data } = props
  const calls = useMemo(
    () =>
      shareCalls(data.byEdge, share => {
        const told = roundPercent(share.share)
        // There is little room on a map: what would not change is not said.
        const change = Math.abs(changeOf(share, data.duration))
        return change < 0.005 ? told : t($ => $.together.mark, { share: told, change: `−${roundPercent(change)}` })
      }),
    [data, t],
  )
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <ul className="tr-map-services" tabIndex={0} aria-label={t($ => $.together.service)}>
        {data.byService.map(share => (
          <li key={JSON.stringify(share.service)}>
            <span className="chip">
              <span className={share.service === null || share.service === '' ? 't3' : 'mono'}>
                {share.service === null ? t($ => $.nobody) : share.service === '' ? t($ => $.notYours) : share.service}
              </span>
              <span className="num t2">
                {t($ => $.together.mark, { share: percent(share.share), change: changeText(share, data.duration) })}
              </span>
            </span>
          </li>
        ))}
      </ul>
      <MapStage
        map={props.map}
        calls={calls}
        at={props.search.at}
        nameOf={({ service, caller }) => (caller === null ? null : `${caller} → ${service}`)}
        onPick={({ service, caller }) =>
          props.onSearch({ service, caller: caller ?? undefined, view: undefined, operation: undefined }, true)
        }
      />
      <p className="t3 s11 tr-map-legend">{t($ => $.together.legend)}</p>
    </>
  )
}

/** By how much the quantile would fall at best, of itself. */
const changeOf = ({ quantileWithout }: { quantileWithout: number }, quantile: number): number =>
  quantile === 0 ? 0 : (quantileWithout - quantile) / quantile
const changeText = (row: { quantileWithout: number }, quantile: number): string =>
  changeOf(row, quantile) === 0 ? '±0' : `−${percent(Math.abs(changeOf(row, quantile)))}`

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
      value: row => -changeOf(row, quantile),
      cell: row => <b className="med">{t($ => $.together.p95, { change: changeText(row, quantile) })}</b>,
    },
  ]
}
