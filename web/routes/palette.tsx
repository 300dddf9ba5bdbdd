import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { inventoryQuery } from '#web/config/editor/queries.ts'
import { IntentCommands } from '#web/config/intents/IntentCommands.tsx'
import { type Command, commandSources, usePut } from '#web/ui/registry.ts'
import { placesOf } from './places.ts'

/** What the palette finds from every page: places first, then what can be done with them. Shows nothing itself. */
export const PaletteSources = ({ onGo }: { onGo: (href: string) => void }): ReactNode => (
  <>
    <Places onGo={onGo} />
    <IntentCommands onGo={onGo} />
  </>
)

function Places({ onGo }: { onGo: (href: string) => void }): null {
  const { t } = useTranslation()
  const { data } = useQuery(inventoryQuery)
  const groups = { services: t($ => $.shell.page.services), workloads: t($ => $.shell.page.workloads) }
  const source = (text: string): Command[] => (data === undefined ? [] : placesOf(data, text, groups, onGo))
  usePut(commandSources, source)
  return null
}
