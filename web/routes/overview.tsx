import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const OverviewLive = lazy(async () => {
  const [{ OverviewLive }] = await Promise.all([
    import('./overview-live.tsx'),
    openTexts('overview'),
    openTexts('health'),
  ])
  return { default: OverviewLive }
})

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: words,
  component: Overview,
  errorComponent: ErrorScreen,
})

function Overview(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <OverviewLive search={overview.useSearch()} onGo={href => void navigate({ href })} />
    </Later>
  )
}

export const overviewRoutes = [overview] as const
