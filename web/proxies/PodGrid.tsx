import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PodRow } from '#shared/proxies/api.ts'
import { cutMiddle, none } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Age } from './Faces.tsx'
import { SyncBadge } from './SyncBadge.tsx'
import { cpuText, memoryText, sumKnown } from './units.ts'

type Row = PodRow & { id: string }

/** The pods of a workload; the chosen one's proxy is looked into. */
export function PodGrid(props: {
  pods: readonly PodRow[]
  chosen: string | null
  onChoose: (pod: string) => void
  sort: string | undefined
  onSort: (sort: string | undefined) => void
}): ReactNode {
  const { t } = useTranslation('proxies')
  const columns = useColumns()
  return (
    <DataGrid
      name={t($ => $.pods.name)}
      rows={props.pods.map(pod => ({ ...pod, id: pod.name }))}
      columns={columns}
      sort={props.sort}
      onSort={props.onSort}
      selected={props.chosen}
      onSelect={props.onChoose}
    />
  )
}

const readyCount = ({ containers }: PodRow): number => containers.filter(({ isReady }) => isReady).length
const restarts = ({ containers }: PodRow): number => containers.reduce((sum, each) => sum + each.restarts, 0)
const cpu = ({ containers }: PodRow) => sumKnown(containers.map(each => each.cpu))
const memory = ({ containers }: PodRow) => sumKnown(containers.map(each => each.memory))

function useColumns(): GridColumn<Row>[] {
  const { t } = useTranslation('proxies')
  return [
    {
      id: 'name',
      head: t($ => $.pods.column.name),
      value: row => row.name,
      cell: row => (
        <span className="mono" title={row.name}>
          {cutMiddle(row.name, 36)}
        </span>
      ),
    },
    {
      id: 'ready',
      head: t($ => $.pods.column.ready),
      width: 132,
      value: row => readyCount(row) / Math.max(1, row.containers.length),
      cell: row => <Ready pod={row} />,
    },
    {
      id: 'restarts',
      head: t($ => $.pods.column.restarts),
      width: 76,
      isNumber: true,
      value: restarts,
      cell: restarts,
    },
    {
      id: 'cpu',
      head: t($ => $.pods.column.cpu),
      title: t($ => $.pods.cpuTitle),
      width: 72,
      isNumber: true,
      value: cpu,
      cell: row => cpuText(cpu(row)),
    },
    {
      id: 'memory',
      head: t($ => $.pods.column.memory),
      title: t($ => $.pods.memoryTitle),
      width: 88,
      isNumber: true,
      value: memory,
      cell: row => memoryText(memory(row)),
    },
    {
      id: 'kind',
      head: t($ => $.pods.column.kind),
      width: 84,
      value: row => row.kind,
      cell: row => t($ => $.kind[row.kind]),
    },
    {
      id: 'version',
      head: t($ => $.pods.column.version),
      width: 76,
      value: row => row.proxy?.version ?? null,
      cell: row => <span className="mono">{row.proxy?.version ?? none}</span>,
    },
    {
      id: 'sync',
      head: t($ => $.pods.column.sync),
      width: 116,
      value: row => row.sync?.state ?? null,
      cell: row => <SyncBadge sync={row.sync} />,
    },
    {
      id: 'age',
      head: t($ => $.pods.column.age),
      width: 108,
      isNumber: true,
      value: row => (row.createdAt === null ? null : -row.createdAt),
      cell: row => (row.createdAt === null ? none : <Age at={row.createdAt} />),
    },
  ]
}

function Ready({ pod }: { pod: PodRow }): ReactNode {
  const { t } = useTranslation('proxies')
  const said = pod.reason ?? pod.containers.find(each => !each.isReady && each.reason !== null)?.reason
  const word = pod.isEnding ? t($ => $.pods.ending) : pod.isReady ? t($ => $.pods.ready) : t($ => $.pods.notReady)
  return (
    <span className="row" title={said ?? pod.phase}>
      <HealthBadge health={pod.isEnding ? 'unknown' : pod.isReady ? 'healthy' : 'failing'}>{word}</HealthBadge>
      <span className="t3">
        {readyCount(pod)}/{pod.containers.length}
      </span>
    </span>
  )
}
