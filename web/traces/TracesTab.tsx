import { type ReactNode, useState } from 'react'
import type { ScopeSearch } from '#web/api/scope.ts'
import type { OnGo, TracesSearch } from './address.ts'
import type { TraceMap } from './MapStage.tsx'
import { Search } from './search/Search.tsx'

/**
 * The search limited to one service, for the page of that service. What is chosen here is left behind with the tab: the
 * address belongs to the page around. Whoever shows it has opened the texts `traces` and `charts`.
 */
export function TracesTab(props: {
  namespace: string
  app: string
  scope?: ScopeSearch
  onGo: OnGo
  map: TraceMap
}): ReactNode {
  const [search, setSearch] = useState<TracesSearch>({})
  return (
    <Search
      search={{ ...props.scope, ...search, service: `${props.app}.${props.namespace}` }}
      isFixed
      onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
      onGo={props.onGo}
      map={props.map}
    />
  )
}
