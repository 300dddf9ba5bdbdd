import { createRootRoute, Outlet, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, Suspense, useCallback, useState } from 'react'
import { type Scope, type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { NotFound } from '#web/shell/NotFound.tsx'
import { Shell } from '#web/shell/Shell.tsx'
import { later } from '#web/ui/later.ts'
import { commandSources, usePut } from '#web/ui/registry.ts'

/** What surrounds every page. */
export const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: ErrorScreen })

const PaletteSources = later(async () => (await import('./palette.tsx')).PaletteSources, 'config')

function Root(): ReactNode {
  const search: ScopeSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const scope = scopeIn(search)
  const onScope = (patch: Partial<Scope>) =>
    void navigate({
      to: '.',
      search: (before: ScopeSearch) => ({ ...before, ...scopeSearch({ ...scopeIn(before), ...patch }) }),
    })
  const [isSearched, setSearched] = useState(false)
  // The palette asks while it is drawn: tasks come with its first question, and answer the next.
  const ask = useCallback((): [] => {
    queueMicrotask(() => setSearched(true))
    return []
  }, [])
  usePut(commandSources, ask)
  return (
    <Shell scope={scope} onScope={onScope}>
      <Outlet />
      {isSearched && (
        <Suspense fallback={null}>
          <PaletteSources onGo={href => void navigate({ href })} />
        </Suspense>
      )}
    </Shell>
  )
}
