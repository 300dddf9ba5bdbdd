import { createRoute, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const SearchPage = lazy(async () => {
  const [{ SearchPage }, { traceMap }, { TraceFacts }] = await Promise.all([
    import('#web/traces/search/SearchPage.tsx'),
    import('./trace-map.tsx'),
    import('./trace-facts.tsx'),
    openTexts('traces'),
    openTexts('charts'),
  ])
  return {
    default: (props: Omit<ComponentProps<typeof SearchPage>, 'map' | 'Facts'>) => (
      <SearchPage {...props} map={traceMap} Facts={TraceFacts} />
    ),
  }
})

const TracePage = lazy(async () => {
  const [{ TracePage }, { checkHref }, { traceMap }, { MetLines }] = await Promise.all([
    import('#web/traces/trace/TracePage.tsx'),
    import('#web/security/address.ts'),
    import('./trace-map.tsx'),
    import('#web/config/governs/MetLines.tsx'),
    openTexts('traces'),
    openTexts('config'),
  ])
  return {
    default: (props: Omit<ComponentProps<typeof TracePage>, 'checkHref' | 'map' | 'met'>) => (
      <TracePage
        {...props}
        checkHref={call => checkHref({ ...call })}
        map={traceMap}
        met={hop => <MetLines hop={hop} onGo={props.onGo} />}
      />
    ),
  }
})

const ComparePage = lazy(async () => {
  const [{ ComparePage }] = await Promise.all([import('#web/traces/compare/ComparePage.tsx'), openTexts('traces')])
  return { default: ComparePage }
})

const search = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: words,
  component: Search,
  errorComponent: ErrorScreen,
})

const comparison = createRoute({
  getParentRoute: () => root,
  path: '/traces/compare',
  validateSearch: words,
  component: Comparison,
  errorComponent: ErrorScreen,
})

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$id',
  validateSearch: words,
  component: Trace,
  errorComponent: ErrorScreen,
})

function Search(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <SearchPage
        search={search.useSearch()}
        onSearch={(patch, isStep = false) =>
          void navigate({ to: search.to, search: before => ({ ...before, ...patch }), replace: !isStep })
        }
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

function Trace(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <TracePage
        id={trace.useParams().id}
        search={trace.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: true })}
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

function Comparison(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <ComparePage search={comparison.useSearch()} onGo={href => void navigate({ href })} />
    </Later>
  )
}

export const tracesRoutes = [search, comparison, trace] as const
