import { useTranslation } from 'react-i18next'
import type { ConfigRow, ConfigState } from '#shared/config/api.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { markOf } from '#web/config/FindingCounts.tsx'
import type { OnSearch } from '#web/config/search.ts'
import { type Command, commandSources, usePut } from '#web/ui/registry.ts'

const mostObjects = 200
const groupings = ['kind', 'namespace', 'none'] as const

/** What this page lets the palette do: go to any object by name, and order the list. */
export function usePageVoice(state: ConfigState | null, onSearch: OnSearch, onOpen: (ref: ObjectRef) => void): void {
  const { t } = useTranslation()
  const { t: say } = useTranslation('config')
  const group = t($ => $.shell.search.commands)
  const source = (text: string): Command[] => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '')
    const objects: Command[] = []
    if (words.length > 0)
      for (const row of state?.rows ?? []) {
        const name = pathOf(row)
        const searched = `${row.ref.kind} ${name}`.toLowerCase()
        if (!words.every(word => searched.includes(word))) continue
        objects.push({
          id: `object:${keyOf(row.ref)}`,
          group: say($ => $.list.command.objects),
          label: name,
          keywords: `${row.ref.kind} ${row.ref.name}`,
          hint: row.ref.kind,
          icon: 'config',
          ...healthOf(row),
          run: () => onOpen(row.ref),
        })
        if (objects.length >= mostObjects) break
      }
    return [
      ...objects,
      {
        id: 'config:errors',
        group,
        label: say($ => $.list.command.errors),
        keywords: 'findings errors',
        icon: 'config',
        run: () => onSearch({ findings: 'error' }, true),
      },
      ...groupings.map(
        (each): Command => ({
          id: `config:group:${each}`,
          group,
          label: say($ => $.list.command.group, { group: say($ => $.list.group[each]) }),
          keywords: `group ${each}`,
          icon: 'table',
          run: () => onSearch({ group: each === 'kind' ? undefined : each, closed: undefined }, true),
        }),
      ),
    ]
  }
  usePut(commandSources, source)
}

const pathOf = ({ ref }: ConfigRow): string => (ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`)

function healthOf({ findings }: ConfigRow): Pick<Command, 'health'> {
  if (findings.Error > 0) return { health: markOf.Error }
  return findings.Warning > 0 ? { health: markOf.Warning } : {}
}
