import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const SearchPage = lazy(async () => {
  const [{ SearchPage }] = await Promise.all([
    import('#web/traces/search/SearchPage.tsx'),
    openTexts('traces'),
    openTexts('charts'),
  ])
  return { default: SearchPage }
})

const search = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: words,
  component: Search,
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

export const tracesRoutes = [search] as const
