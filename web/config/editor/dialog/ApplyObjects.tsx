import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { meant } from '#shared/config/change/diff.ts'
import type { Owner } from '#shared/config/owner.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { objectQuery, unknown } from '#web/config/query.ts'
import type { ApplyReply, Wanted } from '#web/config/editor/change.ts'
import { versionOf } from '#web/config/editor/draft.ts'
import { ApplyDialog } from './ApplyDialog.tsx'
import '#web/config/config.css'
import '#web/config/object/object.css'
import '#web/config/editor/editor.css'

/** The one way to the cluster, for pages of other rooms: objects as they are and as they would be. */
export function ApplyObjects(props: {
  title: string
  /** `annotations`: of the object, only these are meant. */
  changes: readonly { before: MeshObject | null; after: MeshObject | null; annotations?: readonly string[] }[]
  onApplied: (reply: ApplyReply) => void
  onTakenBack: () => void
  onClose: () => void
}): ReactNode {
  const { changes } = props
  const wanted: Wanted = { apply: [], delete: [] }
  for (const { before, after, annotations } of changes) {
    const version = versionOf(before)
    const resourceVersion = version === undefined ? {} : { resourceVersion: version }
    if (after !== null)
      wanted.apply.push({
        manifest: meant({ ...after }),
        ...resourceVersion,
        ...(annotations && { annotations: [...annotations] }),
      })
    else if (before !== null) wanted.delete.push({ object: refOf(before), ...resourceVersion })
  }
  const there = changes.flatMap(({ before }) => (before === null ? [] : [refOf(before)]))
  const owners = useQueries({
    queries: there.map(object => objectQuery(object, unknown)),
    combine: replies => replies.flatMap(({ data }): Owner[] => (data === undefined ? [] : [data.owner])),
  })
  const befores = changes.flatMap(({ before, after }) => (after === null ? [] : [before]))
  return (
    <ApplyDialog
      title={props.title}
      kind={wanted.apply.length === 0 ? 'delete' : there.length === 0 ? 'create' : 'apply'}
      wanted={wanted}
      before={befores[0] ?? null}
      befores={befores}
      owner={owners.find(({ isGitOps }) => isGitOps) ?? owners[0] ?? null}
      onApplied={props.onApplied}
      onTakenBack={props.onTakenBack}
      onClose={props.onClose}
    />
  )
}
