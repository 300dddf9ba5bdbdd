import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FoundTraces, TraceRow } from '#shared/traces/api.ts'
import { type OnGo, type OnSearch, pick, pickedIn, pickedText, type TracesSearch } from '#web/traces/address.ts'
import { compareHref, traceHref } from '#web/traces/links.ts'
import { Scatter } from '#web/ui/chart/Scatter.tsx'
import { duration } from '#web/ui/format.ts'
import { DataGrid } from '#web/ui/grid/DataGrid.tsx'
import { type Row, useColumns, useRootName } from './columns.tsx'

const milliseconds = (value: number): string => duration(value)

/** What was found: as dots of time and duration, and as a table; what is picked is picked in both. */
export function Results(props: {
  found: FoundTraces
  search: TracesSearch
  onSearch: OnSearch
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('traces')
  const { found, search, onSearch, onGo } = props
  const nameOf = useRootName()
  const picked = pickedIn(search.picked)
  const onPick = (id: string) => onSearch({ picked: pickedText(pick(picked, id)) })
  const hrefOf = (row: Pick<TraceRow, 'traceId'>) => traceHref(row.traceId, search)
  const rows = found.traces.map((row): Row => ({ ...row, id: row.traceId }))
  const columns = useColumns({
    picked,
    onPick,
    hrefOf,
    onGo,
    longest: found.traces.reduce((most, row) => Math.max(most, row.duration), 0),
  })
  const dots = found.traces.map(row => ({
    id: row.traceId,
    name: nameOf(row),
    at: row.start / 1000,
    value: row.duration / 1000,
    weight: row.spans ?? 1,
    isFailing: (row.errors ?? 0) > 0,
  }))
  // Where there is more than was asked for, the dots are of the end of the time only.
  const first = found.traces.reduce((least, row) => Math.min(least, row.start / 1000), found.end)
  const span = { from: found.isFull ? first : found.start, to: found.end }
  return (
    <>
      <Scatter
        name={t($ => $.list.scatter)}
        dots={dots}
        span={span}
        selected={picked}
        format={milliseconds}
        height={170}
        onChoose={onPick}
      />
      {picked.length > 0 && <Picked found={found} search={search} onSearch={onSearch} onGo={onGo} />}
      <DataGrid
        name={t($ => $.list.name)}
        rows={rows}
        columns={columns}
        sort={search.sort}
        onSort={sort => onSearch({ sort })}
        selected={null}
        onSelect={id => onGo(hrefOf({ traceId: id }))}
        picked={picked}
        onPick={onPick}
      />
    </>
  )
}

/** One can be opened or compared with its operation's median; two with each other. */
function Picked(props: { found: FoundTraces; search: TracesSearch; onSearch: OnSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const { search, onSearch, onGo } = props
  const nameOf = useRootName()
  const picked = pickedIn(search.picked)
  const [a = '', b] = picked
  const names = picked.map(id => {
    const row = props.found.traces.find(each => each.traceId === id)
    return row === undefined ? id : `${nameOf(row)} · ${duration(row.duration / 1000)}`
  })
  return (
    <div className="tr-picked" role="group" aria-label={t($ => $.list.picked)}>
      <span className="t3">{t($ => $.list.picked)}</span>
      {names.map((name, index) => (
        <span key={picked[index]} className="chip cut" title={name}>
          {name}
        </span>
      ))}
      <span className="grow" />
      {b === undefined ? (
        <>
          <button type="button" className="btn" onClick={() => onGo(traceHref(a, search))}>
            {t($ => $.list.open)}
          </button>
          <button type="button" className="btn" onClick={() => onGo(compareHref(null, a, search))}>
            {t($ => $.list.median)}
          </button>
        </>
      ) : (
        <button type="button" className="btn primary" onClick={() => onGo(compareHref(a, b, search))}>
          {t($ => $.list.compare)}
        </button>
      )}
      <button type="button" className="link" onClick={() => onSearch({ picked: undefined })}>
        {t($ => $.list.unpick)}
      </button>
    </div>
  )
}
