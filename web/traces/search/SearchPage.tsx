import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type OnGo, type OnSearch, tracesSearchIn } from '#web/traces/address.ts'
import type { TraceMap } from '#web/traces/MapStage.tsx'
import type { WithFacts } from './Choose.tsx'
import { Search } from './Search.tsx'

/** Traces are looked for. Everything that is chosen comes from the address and goes back to it. */
export function SearchPage(props: {
  /** As the address says it: what is not understood is dropped here. */
  search: Record<string, unknown>
  onSearch: OnSearch
  onGo: OnGo
  map: TraceMap
  Facts?: WithFacts
}): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <>
      <h1 className="sr">{t($ => $.title)}</h1>
      <Search
        search={tracesSearchIn(props.search)}
        isFixed={false}
        onSearch={props.onSearch}
        onGo={props.onGo}
        map={props.map}
        {...(props.Facts && { Facts: props.Facts })}
      />
    </>
  )
}
