import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { inventoryQuery } from '#web/config/editor/queries.ts'
import { type Command, commandSources, usePut } from '#web/ui/registry.ts'
import { type IntentId, intentHref, intentIds, offeredOn } from './ids.ts'
import { tasks } from './registry.ts'
import { useMay } from './use-may.ts'

const most = 80

/** Tasks in the palette: `Shift traffic of recommendations…`, `Lock down namespace shop…`. Shows nothing itself. */
export function IntentCommands({ onGo }: { onGo: (href: string) => void }): null {
  const { t } = useTranslation('config')
  const { data: inventory } = useQuery(inventoryQuery)
  const may = useMay()
  const group = t($ => $.intents.tasks)
  const known = intentIds.filter(id => tasks[id] !== undefined)

  const command = (id: IntentId, namespace: string, service: string | null): Command => {
    const name = service ?? namespace
    const why = may(id, namespace)
    return {
      id: `do:${id}:${namespace}/${service ?? ''}`,
      group,
      label: t($ => $.intents.titleOf[id], { name }),
      keywords: `${t($ => $.intents.title[id])} ${namespace} ${name}`,
      hint: why ?? namespace,
      icon: 'config',
      // Without the right it still opens: the page shows what is there, and says why it cannot be applied.
      run: () => onGo(intentHref(id, { namespace, ...(service === null ? {} : { service }) })),
    }
  }
  const source = (text: string): Command[] => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '')
    const plain = known.map(
      (id): Command => ({
        id: `do:${id}`,
        group,
        label: `${t($ => $.intents.title[id])}…`,
        keywords: t($ => $.intents.lead[id]),
        icon: 'config',
        run: () => onGo(`/config/do/${id}`),
      }),
    )
    const history = (name: string | null): Command => ({
      id: `history:${name ?? ''}`,
      group,
      label:
        name === null
          ? `${t($ => $.history.title)} ${t($ => $.history.ofMesh)}`
          : `${t($ => $.history.title)} ${t($ => $.history.ofNamespaces, { count: 1, names: name })}`,
      keywords: `history ${name ?? 'mesh'}`,
      icon: 'clock',
      run: () => onGo(name === null ? '/config/history' : `/config/history?ns=${name}`),
    })
    plain.push(history(null))
    if (words.length === 0) return plain
    const found: Command[] = []
    const fits = (each: Command) => {
      const searched = `${each.label} ${each.keywords ?? ''}`.toLowerCase()
      return words.every(word => searched.includes(word))
    }
    for (const { namespace, name } of inventory?.services ?? [])
      for (const id of known) {
        if (found.length >= most) break
        if (!offeredOn[id].includes('service')) continue
        const each = command(id, namespace, name)
        if (fits(each)) found.push(each)
      }
    for (const { name } of inventory?.namespaces ?? []) {
      if (found.length < most * 2 && fits(history(name))) found.push(history(name))
      for (const id of known) {
        if (found.length >= most * 2) break
        if (!offeredOn[id].includes('namespace')) continue
        const each = command(id, name, null)
        if (fits(each)) found.push(each)
      }
    }
    return [...found, ...plain]
  }
  usePut(commandSources, source)
  return null
}
