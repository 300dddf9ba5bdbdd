import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import { intentHref, intentIds } from './ids.ts'
import { tasks } from './registry.ts'
import { useMay } from './use-may.ts'

const allTasksQuery = {
  queryKey: ['config', 'tasks'],
  queryFn: async () => {
    const known = intentIds.flatMap(id => {
      const load = tasks[id]
      return load === undefined ? [] : [{ id, load }]
    })
    return Promise.all(known.map(async ({ id, load }) => ({ id, about: (await load()).intent.about })))
  },
  staleTime: Infinity,
  structuralSharing: false,
} as const

/** Tasks that can edit this object; nothing where none can. */
export function EditBy({ object, onGo }: { object: Json; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const may = useMay()
  const { data = [] } = useQuery(allTasksQuery)
  // Read from the cluster: it has what every object has.
  const found = data.flatMap(({ id, about }) => {
    const target = about?.(object as Json & MeshObject) ?? null
    return target === null ? [] : [{ id, target }]
  })
  if (found.length === 0) return null
  return (
    <Menu
      className="btn"
      label={t($ => $.intents.editBy)}
      button={
        <>
          {t($ => $.intents.editBy)}
          <Icon name="down" small />
        </>
      }
      items={found.map(({ id, target }) => {
        const why = may(id, target.namespace)
        return {
          key: id,
          label: t($ => $.intents.title[id]),
          ...(why === null ? {} : { whyNot: why }),
          onChoose: () => onGo(intentHref(id, target)),
        }
      })}
    />
  )
}
