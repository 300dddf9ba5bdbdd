import type { ComponentProps, ReactNode } from 'react'
import { later } from '#web/ui/later.ts'
import { page, type PageProps } from './page.tsx'

const SearchPage = later(
  async () => {
    const [{ SearchPage }, { traceMap }, { TraceFacts }] = await Promise.all([
      import('#web/traces/search/SearchPage.tsx'),
      import('./trace-map.tsx'),
      import('./trace-facts.tsx'),
    ])
    return (props: Omit<ComponentProps<typeof SearchPage>, 'map' | 'Facts'>): ReactNode => (
      <SearchPage {...props} map={traceMap} Facts={TraceFacts} />
    )
  },
  'traces',
  'charts',
)

const TracePage = later(
  async () => {
    const [{ TracePage }, { checkHref }, { traceMap }, { MetLines }] = await Promise.all([
      import('#web/traces/trace/TracePage.tsx'),
      import('#web/security/address.ts'),
      import('./trace-map.tsx'),
      import('#web/config/governs/MetLines.tsx'),
    ])
    return ({ params, search, onSearch, onGo }: PageProps<{ id: string }>): ReactNode => (
      <TracePage
        id={params.id}
        search={search}
        onSearch={patch => onSearch(patch)}
        onGo={onGo}
        checkHref={call => checkHref({ ...call })}
        map={traceMap}
        met={hop => <MetLines hop={hop} onGo={onGo} />}
      />
    )
  },
  'traces',
  'config',
)

const ComparePage = later(async () => (await import('#web/traces/compare/ComparePage.tsx')).ComparePage, 'traces')

export const tracesRoutes = [
  page('/traces', SearchPage),
  page('/traces/compare', ComparePage),
  page('/traces/$id', TracePage),
] as const
