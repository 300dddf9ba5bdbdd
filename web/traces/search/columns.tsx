import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { TraceRow } from '#shared/traces/api.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Go } from '#web/traces/Go.tsx'
import { absolute, cutMiddle, duration, exactClock, none } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import type { GridColumn } from '#web/ui/grid/DataGrid.tsx'

export type Row = TraceRow & { id: string }

/** How a trace is called in a list: by its root. */
export function useRootName(): (row: Pick<TraceRow, 'service' | 'operation'>) => string {
  const { t } = useTranslation('traces')
  return ({ service, operation }) => {
    if (service === null) return t($ => $.notYours)
    return service === '' && operation === '' ? t($ => $.noRoot) : `${service} ${operation ?? ''}`
  }
}

export function useColumns(given: {
  picked: readonly string[]
  onPick: (id: string) => void
  hrefOf: (row: TraceRow) => string
  onGo: OnGo
  longest: number
}): GridColumn<Row>[] {
  const { t } = useTranslation('traces')
  const language = useLanguage()
  const nameOf = useRootName()
  return [
    {
      id: 'pick',
      head: t($ => $.list.pick),
      width: 52,
      value: row => (given.picked.includes(row.id) ? 0 : 1),
      cell: row => (
        <input
          type="checkbox"
          tabIndex={-1}
          checked={given.picked.includes(row.id)}
          aria-label={t($ => $.list.pickOf, { name: nameOf(row) })}
          onClick={event => event.stopPropagation()}
          onChange={() => given.onPick(row.id)}
        />
      ),
    },
    {
      id: 'at',
      head: t($ => $.list.at),
      width: 84,
      value: row => row.start,
      cell: row => <span title={absolute(row.start / 1000, language)}>{exactClock(row.start / 1000)}</span>,
    },
    {
      id: 'root',
      head: t($ => $.list.root),
      value: nameOf,
      cell: row => (
        <Go className="tr-root" href={given.hrefOf(row)} onGo={given.onGo} tabIndex={-1} title={nameOf(row)}>
          <Root row={row} />
        </Go>
      ),
    },
    {
      id: 'duration',
      head: t($ => $.list.duration),
      width: 168,
      value: row => row.duration,
      cell: row => (
        <span className="tr-length">
          <span>{duration(row.duration / 1000)}</span>
          <i
            aria-hidden="true"
            style={{ width: `${given.longest === 0 ? 0 : (60 * row.duration) / given.longest}px` }}
          />
        </span>
      ),
    },
    {
      id: 'spans',
      head: t($ => $.list.spans),
      width: 72,
      isNumber: true,
      value: row => row.spans,
      cell: row => row.spans?.toLocaleString('en-US') ?? none,
    },
    {
      id: 'errors',
      head: t($ => $.list.errors),
      width: 78,
      isNumber: true,
      value: row => row.errors,
      cell: row =>
        row.errors === null || row.errors === 0 ? (
          <span className="t3">{row.errors ?? none}</span>
        ) : (
          <span className="tr-errors c-failing">
            <HealthMark health="failing" />
            {row.errors.toLocaleString('en-US')}
          </span>
        ),
    },
    {
      id: 'services',
      head: t($ => $.list.services),
      width: 260,
      value: row => row.services.length,
      cell: row => <Services row={row} />,
    },
  ]
}

export function Root({ row }: { row: Pick<TraceRow, 'service' | 'operation'> }): ReactNode {
  const { t } = useTranslation('traces')
  const { service, operation } = row
  if (service === null)
    return (
      <i className="t3" title={t($ => $.notYoursTitle)}>
        {t($ => $.notYours)}
      </i>
    )
  if (service === '' && operation === '') return <i className="t3">{t($ => $.noRoot)}</i>
  return (
    <>
      <b className="mono med">{cutMiddle(service, 40)}</b> <span className="t2">{operation}</span>
    </>
  )
}

function Services({ row }: { row: TraceRow }): ReactNode {
  const { t } = useTranslation('traces')
  const names = row.services.map(({ name }) => name)
  const hidden = row.hidden === 0 ? '' : t($ => $.list.hidden, { count: row.hidden })
  return (
    <span className="t2 s11" title={[...names, hidden].filter(each => each !== '').join('\n')}>
      <span className="t1">{names.length}</span> <span className="mono">{names.slice(0, 4).join(', ')}</span>
      {names.length > 4 && ' …'}
      {hidden !== '' && <i className="t3"> + {hidden}</i>}
    </span>
  )
}
