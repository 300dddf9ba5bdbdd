import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Health, healthRank } from '#shared/mesh/health.ts'
import { byteRate, cutMiddle, duration, none, percent, rate } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Lock } from '#web/ui/Lock.tsx'
import type { GridColumn } from '#web/ui/grid/DataGrid.tsx'
import type { EdgeRow, NodeRow } from './rows.ts'

export function useEdgeColumns(): GridColumn<EdgeRow>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'source',
      head: t($ => $.topology.table.source),
      value: row => row.source,
      cell: row => <Name name={row.source} />,
    },
    {
      id: 'destination',
      head: t($ => $.topology.table.destination),
      value: row => row.destination,
      cell: row => (
        <Name
          name={row.destination}
          note={row.via === null ? undefined : t($ => $.topology.table.via, { name: row.via })}
        />
      ),
    },
    {
      id: 'protocol',
      head: t($ => $.topology.table.protocol),
      width: 78,
      value: row => row.protocol,
      cell: row => t($ => $.topology.protocol[row.protocol]),
    },
    {
      id: 'rate',
      head: t($ => $.topology.table.rate),
      width: 92,
      isNumber: true,
      value: row => row.rate,
      cell: row => (row.isTcp ? byteRate(row.rate) : rate(row.rate)),
    },
    ratio(
      'errors',
      t($ => $.topology.table.errors),
      row => row.errors,
    ),
    ratio(
      'refused',
      t($ => $.topology.table.refused),
      row => row.refused,
    ),
    {
      id: 'latency',
      head: t($ => $.topology.table.latency),
      title: t($ => $.topology.table.latencyTitle),
      width: 84,
      isNumber: true,
      value: row => row.latency,
      cell: row => duration(row.latency),
    },
    { ...mtls<EdgeRow>(t($ => $.topology.table.mtls)) },
    useHealthColumn<EdgeRow>(),
  ]
}

export function useNodeColumns(): GridColumn<NodeRow>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'name',
      head: t($ => $.topology.table.nodeName),
      value: row => row.name,
      cell: row => <Name name={row.name} />,
    },
    {
      id: 'kind',
      head: t($ => $.topology.table.kind),
      width: 128,
      value: row => row.kind,
      cell: row => t($ => $.topology.kind[row.kind]),
    },
    {
      id: 'dataPlane',
      head: t($ => $.topology.table.dataPlane),
      width: 96,
      value: row => row.dataPlane,
      cell: row => (row.dataPlane === 'unknown' ? none : t($ => $.shell.dataPlane[row.dataPlane])),
    },
    {
      id: 'pods',
      head: t($ => $.topology.table.pods),
      width: 76,
      isNumber: true,
      value: row => row.pods?.total ?? null,
      cell: row => (row.pods === null ? none : `${row.pods.ready} / ${row.pods.total}`),
    },
    {
      id: 'inbound',
      head: t($ => $.topology.table.inbound),
      width: 92,
      isNumber: true,
      value: row => row.inbound || row.tcpIn / 1e6,
      cell: row => flow(row.inbound, row.tcpIn),
    },
    {
      id: 'outbound',
      head: t($ => $.topology.table.outbound),
      width: 92,
      isNumber: true,
      value: row => row.outbound || row.tcpOut / 1e6,
      cell: row => flow(row.outbound, row.tcpOut),
    },
    ratio(
      'errors',
      t($ => $.topology.table.errors),
      row => row.errors,
    ),
    { ...mtls<NodeRow>(t($ => $.topology.table.mtls)) },
    useHealthColumn<NodeRow>(),
  ]
}

const flow = (requests: number, bytes: number): string =>
  requests > 0 ? rate(requests) : bytes > 0 ? byteRate(bytes) : none

const ratio = <Row,>(id: string, head: string, value: (row: Row) => number | null): GridColumn<Row> => ({
  id,
  head,
  width: 78,
  isNumber: true,
  value,
  cell: row => percent(value(row)),
})

const mtls = <Row extends { mtls: number | null }>(head: string): GridColumn<Row> => ({
  id: 'mtls',
  head,
  width: 86,
  isNumber: true,
  value: row => row.mtls,
  cell: row => (
    <span className="lock-cell">
      <Lock ratio={row.mtls} />
      {percent(row.mtls)}
    </span>
  ),
})

function useHealthColumn<Row extends { health: Health }>(): GridColumn<Row> {
  const { t } = useTranslation()
  return {
    id: 'health',
    head: t($ => $.topology.table.health),
    width: 116,
    value: row => healthRank[row.health],
    cell: row => <HealthBadge health={row.health}>{t($ => $.topology.healthBadge[row.health])}</HealthBadge>,
  }
}

function Name({ name, note }: { name: string; note?: string | undefined }): ReactNode {
  return (
    <span className="mono" title={note === undefined ? name : `${name}, ${note}`}>
      {cutMiddle(name, 38)}
      {note !== undefined && <span className="t3"> · {note}</span>}
    </span>
  )
}
