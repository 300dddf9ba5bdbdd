import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { paramsOfRef } from '#shared/config/address.ts'
import { readObject } from '#shared/config/api.ts'
import { keyOf, type MeshObject, type ObjectRef } from '#shared/mesh/object.ts'
import { call, problemFrom } from '#web/api/call.ts'
import { ApplyObjects } from './ApplyObjects.tsx'
import { Dialog } from './Dialog.tsx'

/** As it is when the dialog opens: what is tried and written is held against that. */
const nowQuery = (object: ObjectRef) =>
  queryOptions({
    queryKey: ['config', 'annotate', keyOf(object)],
    queryFn: ({ signal }) => call(readObject, { params: paramsOfRef(object) }, signal),
    staleTime: Infinity,
    gcTime: 0,
  })

/** One annotation of one object, on the one way to the cluster: nothing else of the object is touched. */
export function Annotate(props: {
  title: string
  object: ObjectRef
  name: string
  /** Null: it goes. */
  value: string | null
  onApplied: () => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { title, object, name, value, onApplied, onClose } = props
  const { data, error } = useQuery(nowQuery(object))
  if (data === undefined)
    return (
      <Dialog title={title} onClose={onClose} foot={null}>
        {error === null ? (
          <p role="status">{t($ => $.editor.dialog.trying)}</p>
        ) : (
          <p className="note failing" role="alert">
            {problemFrom(error).detail}
          </p>
        )}
      </Dialog>
    )
  const before = data.object as unknown as MeshObject
  return (
    <ApplyObjects
      title={title}
      changes={[{ before, after: annotated(before, name, value), annotations: [name] }]}
      onApplied={onApplied}
      onTakenBack={onApplied}
      onClose={onClose}
    />
  )
}

function annotated(object: MeshObject, name: string, value: string | null): MeshObject {
  const { annotations = {}, ...metadata } = object.metadata
  const { [name]: _, ...others } = annotations
  const all = value === null ? others : { ...others, [name]: value }
  return { ...object, metadata: { ...metadata, ...(Object.keys(all).length > 0 && { annotations: all }) } }
}
