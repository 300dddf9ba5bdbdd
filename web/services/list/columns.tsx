import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { healthRank } from '#shared/mesh/health.ts'
import type { Listed, ServiceRow } from '#shared/services/api.ts'
import { type ColumnId, spare } from '#web/services/search.ts'
import type { GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { byteRate, cutMiddle, duration, none, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Lock } from '#web/ui/Lock.tsx'
import { reasonText } from '#web/ui/reason.ts'
import { Sparkline } from '#web/ui/Sparkline.tsx'
import { useWhy } from '#web/ui/why.ts'

/** Findings of the objects that govern a row: joined where features meet. */
export interface FindingsOf {
  /** Worst first by this. */
  rank: (row: ServiceRow) => number
  show: (row: ServiceRow) => ReactNode
}

/** All columns there are, in their order; a list leaves some out. */
export function useColumns(of: Listed, window: number, findings: FindingsOf | undefined): GridColumn<ServiceRow>[] {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const why = useWhy()
  const columns: Record<ColumnId, Omit<GridColumn<ServiceRow>, 'id'>> = {
    health: {
      head: t($ => $.column.health),
      width: 178,
      value: row => healthRank[row.health],
      cell: row => {
        const reason = reasonText(say, row.reason)
        const word = say($ => $.topology.healthBadge[row.health])
        return (
          <span
            className="of-health"
            title={[reason === null ? word : `${word}: ${reason}`, ...why({ ...row, window })].join('\n')}
          >
            <HealthMark health={row.health} />
            <span className={row.health === 'healthy' || row.health === 'unknown' ? 't3' : `c-${row.health}`}>
              {row.health === 'healthy' || reason === null ? word : reason}
            </span>
            {row.health !== 'healthy' && reason !== null && <span className="sr">{word}</span>}
          </span>
        )
      },
    },
    name: {
      head: t($ => $.column[of]),
      value: row => row.name,
      cell: row => (
        <span className="mono med" title={`${row.namespace}/${row.name}`}>
          {cutMiddle(row.name, 44)}
        </span>
      ),
    },
    namespace: {
      head: t($ => $.column.namespace),
      width: 128,
      value: row => row.namespace,
      cell: row => (
        <span className="mono t2" title={row.namespace}>
          {cutMiddle(row.namespace, 18)}
        </span>
      ),
    },
    rate: {
      head: t($ => $.column.rate),
      width: 84,
      isNumber: true,
      // Bytes and requests are of two kinds: requests come first.
      value: row => (row.isTcp ? row.byteRate / 1e9 : row.requestRate),
      cell: row => (row.isTcp ? byteRate(row.byteRate) : row.requestRate === 0 ? none : rate(row.requestRate)),
    },
    trend: {
      head: t($ => $.column.trend),
      title: t($ => $.column.trendTitle),
      width: 108,
      value: row => changeOf(row.trend),
      cell: row => (
        <Sparkline
          values={row.trend ?? []}
          width={92}
          height={22}
          stroke={row.health === 'failing' ? 'var(--failing-mark)' : 'var(--text-3)'}
          label={t($ => $.column.trendOf, { name: row.name })}
        />
      ),
    },
    errors: {
      head: t($ => $.column.errors),
      width: 70,
      isNumber: true,
      value: row => row.errorRatio,
      cell: row => (
        <span className={row.errorRatio === null || row.errorRatio === 0 ? 't3' : `c-${row.health}`}>
          {percent(row.errorRatio)}
        </span>
      ),
    },
    p95: {
      head: t($ => $.column.p95),
      width: 78,
      isNumber: true,
      value: row => row.p95,
      cell: row => duration(row.p95),
    },
    mtls: {
      head: t($ => $.column.mtls),
      width: 78,
      isNumber: true,
      value: row => row.mtlsRatio,
      cell: row => (
        <span className="lock-cell">
          <Lock ratio={row.mtlsRatio} />
          {percent(row.mtlsRatio)}
        </span>
      ),
    },
    versions: {
      head: t($ => $.column.versions),
      width: 108,
      value: row => (row.versions.length === 0 ? null : row.versions.map(({ version }) => version).join(' ')),
      cell: row => {
        const names = row.versions.map(({ version }) => version)
        if (names.length === 0) return <span className="t3">{none}</span>
        return (
          <span className="mono t2" title={names.join('\n')}>
            {cutMiddle(names.slice(0, 2).join(' '), 16)}
            {names.length > 2 && <span className="t3"> +{names.length - 2}</span>}
          </span>
        )
      },
    },
    proxies: {
      head: t($ => $.column.proxies),
      title: t($ => $.column.proxiesTitle),
      width: 74,
      isNumber: true,
      value: row => (row.pods === null ? null : row.proxies),
      cell: row =>
        row.pods === null ? (
          <span className="t3">{none}</span>
        ) : (
          <span className={row.proxies < row.pods.total ? 'c-degraded' : 't2'}>
            {row.proxies} / {row.pods.total}
          </span>
        ),
    },
    findings: {
      head: t($ => $.column.findings),
      width: 96,
      value: row => findings?.rank(row) ?? null,
      cell: row => findings?.show(row) ?? <span className="t3">{none}</span>,
    },
  }
  return (Object.keys(columns) as ColumnId[]).map(id => ({ id, isSpare: spare.has(id), ...columns[id] }))
}

/** How much the last five minutes differ from the rest: what grew or fell most is found by sorting. */
export function changeOf(trend: ServiceRow['trend']): number | null {
  const known = (trend ?? []).filter(value => value !== null)
  if (known.length < 10) return null
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const before = mean(known.slice(0, -5))
  return before === 0 ? null : mean(known.slice(-5)) / before - 1
}
