import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '#shared/mesh/health.ts'
import { lifeLeft } from '#shared/mesh/certificate.ts'
import type { ConfigRow } from '#shared/proxies/api.ts'
import { type Table, tableColumns } from '#shared/proxies/tables.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import { useStatus } from '#web/api/use-live.ts'
import { absolute, age, cutMiddle, none } from '#web/ui/format.ts'
import type { GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { HealthBadge, HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { Go } from './Go.tsx'
import { objectHref, workloadHref } from './links.ts'

type Column = (typeof tableColumns)[Table][number]
type Cell = ConfigRow['cells'][string] | undefined

const widths: Partial<Record<Column, number>> = {
  port: 64,
  direction: 80,
  subset: 80,
  discovery: 92,
  tls: 132,
  weight: 64,
  health: 112,
  use: 84,
  until: 172,
  from: 208,
  protocol: 84,
  node: 124,
  action: 84,
  endpoints: 84,
  scope: 128,
  serial: 132,
  locality: 176,
}
const numbers: ReadonlySet<Column> = new Set(['port', 'weight', 'endpoints'])
/** What comes from nothing that somebody wrote has no such column. */
const withoutObjects: ReadonlySet<Table> = new Set(['endpoints', 'certificates'])

export interface Links {
  scope: ScopeSearch
  onGo: (href: string) => void
}

export function useColumns(table: Table, links: Links): GridColumn<ConfigRow>[] {
  const { t } = useTranslation('proxies')
  const columns = tableColumns[table].map((id: Column, index): GridColumn<ConfigRow> => {
    const width = table === 'policies' && id === 'rules' ? 64 : widths[id]
    return {
      id,
      head: t($ => $.config.column[id]),
      ...(width !== undefined && { width }),
      ...(numbers.has(id) || (table === 'policies' && id === 'rules') ? { isNumber: true } : {}),
      value: row => row.cells[id] ?? null,
      cell: row => (
        <>
          {index === 0 && row.trouble !== null && (
            <span title={row.trouble} role="img" aria-label={t($ => $.config.trouble)}>
              <HealthMark health="degraded" />{' '}
            </span>
          )}
          <CellOf column={id} row={row} links={links} />
        </>
      ),
    }
  })
  if (withoutObjects.has(table)) return columns
  const objects: GridColumn<ConfigRow> = {
    id: 'objects',
    head: t($ => $.config.column.objects),
    value: ({ objects: [first] }) => (first === undefined ? null : `${first.kind} ${first.namespace}/${first.name}`),
    cell: row => <Origins row={row} links={links} />,
  }
  return [...columns, objects]
}

export function CellOf({ column, row, links }: { column: Column; row: ConfigRow; links: Links }): ReactNode {
  const { t } = useTranslation('proxies')
  const language = useLanguage()
  const value: Cell = row.cells[column]
  if (value == null || value === '') return none
  switch (column) {
    case 'until':
      return <Life from={Number(row.cells['from'])} until={Number(value)} />
    case 'from':
      return absolute(Number(value), language)
    case 'use':
      return t($ => $.config.use[value === 'chain' || value === 'issuer' ? value : 'authority'])
    case 'tls':
      return t($ => $.config.tls[value === 'auto' || value === 'TLS' ? value : 'plain'])
    case 'health':
      return <HealthBadge health={healthOf(String(value))}>{String(value).toLowerCase()}</HealthBadge>
    case 'workload':
      return (
        <Go href={workloadHref(String(value), links.scope)} onGo={links.onGo}>
          <span className="mono">{value}</span>
        </Go>
      )
    case 'port':
    case 'weight':
    case 'endpoints':
    case 'direction':
    case 'rules':
      return value
    default:
      return (
        <span className="mono" title={String(value)}>
          {cutMiddle(String(value), 90)}
        </span>
      )
  }
}

/** Envoy docs, HealthStatus; ztunnel says Healthy and Unhealthy. */
function healthOf(word: string): Health {
  const healths: Record<string, Health> = {
    HEALTHY: 'healthy',
    UNHEALTHY: 'failing',
    TIMEOUT: 'failing',
    DEGRADED: 'degraded',
    DRAINING: 'degraded',
  }
  return healths[word.toUpperCase()] ?? 'unknown'
}

/** What is left of a certificate: shape, word and time. */
function Life({ from, until }: { from: number; until: number }): ReactNode {
  const { t } = useTranslation('proxies')
  const language = useLanguage()
  const now = useNow() + (useStatus()?.skew ?? 0)
  const { health, left, is } = lifeLeft(from, until, now)
  return (
    <span title={absolute(until, language)}>
      <HealthBadge health={health}>{t($ => $.config.life[is], { age: age(Math.abs(left), language) })}</HealthBadge>
    </span>
  )
}

export function Origins({ row, links }: { row: ConfigRow; links: Links }): ReactNode {
  if (row.objects.length === 0) return <span className="t3">{none}</span>
  return (
    <span className="row origins">
      {row.objects.map(ref => (
        <Go
          key={`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`}
          href={objectHref(ref, links.scope)}
          onGo={links.onGo}
          title={`${ref.group === '' ? ref.kind : `${ref.group}/${ref.kind}`} ${ref.namespace}/${ref.name}`}
        >
          <span className="t3">{ref.kind}</span> <span className="mono">{cutMiddle(ref.name, 40)}</span>
        </Go>
      ))}
    </span>
  )
}

/** All of one row, uncut. */
export function RowDetail({ table, row, links }: { table: Table; row: ConfigRow; links: Links }): ReactNode {
  const { t } = useTranslation('proxies')
  return (
    <section className="card proxies-row" aria-label={t($ => $.config.row)}>
      {row.trouble !== null && (
        <p className="row">
          <HealthBadge health="degraded">{t($ => $.config.trouble)}</HealthBadge> <span>{row.trouble}</span>
        </p>
      )}
      <dl>
        {tableColumns[table]
          .filter((id: Column) => row.cells[id] != null)
          .map((id: Column) => (
            <div key={id}>
              <dt>{t($ => $.config.column[id])}</dt>
              <dd>
                {whole.has(id) ? (
                  <span className="mono">{row.cells[id]}</span>
                ) : (
                  <CellOf column={id} row={row} links={links} />
                )}
              </dd>
            </div>
          ))}
        {row.objects.length > 0 && (
          <div>
            <dt>{t($ => $.config.column.objects)}</dt>
            <dd>
              <Origins row={row} links={links} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}

/** Columns whose text may be longer than its cell. */
const whole: ReadonlySet<Column> = new Set([
  'address',
  'match',
  'filters',
  'to',
  'domains',
  'host',
  'limits',
  'cluster',
  'identity',
  'issuer',
  'serial',
  'name',
  'config',
])
