import type { MouseEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigRow } from '#shared/config/api.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { Ago } from '#web/config/Ago.tsx'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { managerName, objectHref } from '#web/config/names.ts'
import { OwnerName } from '#web/config/OwnerName.tsx'
import { cutMiddle, none } from '#web/ui/format.ts'
import { AppliesTo } from './AppliesTo.tsx'
import type { Grouping } from './lines.ts'
import type { ColumnId } from './order.ts'

type OnOpen = (ref: ObjectRef) => void

export interface Column {
  id: ColumnId
  head: string
  cell: (row: ConfigRow, onOpen: OnOpen) => ReactNode
}

/** The columns of the list; what the groups already say has none. */
export function useColumns(grouping: Grouping): Column[] {
  const { t } = useTranslation('config')
  const columns: Column[] = [
    {
      id: 'kind',
      head: t($ => $.list.column.kind),
      cell: row => <Kind of={row.ref} title={row.apiVersion} />,
    },
    { id: 'name', head: t($ => $.list.column.name), cell: (row, onOpen) => <Name row={row} onOpen={onOpen} /> },
    {
      id: 'namespace',
      head: t($ => $.list.column.namespace),
      cell: ({ ref }) =>
        ref.namespace === '' ? (
          <span className="t3">{t($ => $.list.cluster)}</span>
        ) : (
          <span className="mono" title={ref.namespace}>
            {cutMiddle(ref.namespace, 24)}
          </span>
        ),
    },
    {
      id: 'findings',
      head: t($ => $.list.column.findings),
      cell: row => <FindingCounts findings={row.findings} />,
    },
    { id: 'changed', head: t($ => $.list.column.changed), cell: row => <Changed row={row} /> },
    { id: 'applies', head: t($ => $.list.column.applies), cell: row => <AppliesTo row={row} /> },
    { id: 'owner', head: t($ => $.list.column.owner), cell: row => <OwnerName owner={row.owner} /> },
  ]
  return columns.filter(({ id }) => id !== grouping)
}

function Name({ row, onOpen }: { row: ConfigRow; onOpen: OnOpen }): ReactNode {
  const { t } = useTranslation('config')
  const { ref } = row
  const open = (event: MouseEvent) => {
    // Another tab, another window: the browser's own business.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(ref)
  }
  return (
    <>
      <a className="mono name" href={objectHref(ref)} tabIndex={-1} title={ref.name} onClick={open}>
        {cutMiddle(ref.name, 48)}
      </a>
      {row.isDryRun && (
        <span className="chip dry" title={t($ => $.list.dryRunTitle)}>
          {t($ => $.list.dryRun)}
        </span>
      )}
    </>
  )
}

function Changed({ row }: { row: ConfigRow }): ReactNode {
  const { t } = useTranslation('config')
  if (row.changedAt === null)
    return (
      <span className="t3" title={t($ => $.list.noChange)}>
        {none}
      </span>
    )
  return (
    <>
      <Ago at={row.changedAt} />
      {row.changedBy !== null && (
        <span className="t3" title={row.changedBy}>
          {' '}
          {t($ => $.list.by, { name: cutMiddle(managerName(row.changedBy), 24) })}
        </span>
      )}
    </>
  )
}
