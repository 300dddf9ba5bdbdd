import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const LogsPage = lazy(async () => {
  const [{ LogsPage }] = await Promise.all([import('#web/logs/LogsPage.tsx'), openTexts('logs')])
  return { default: LogsPage }
})

const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: words,
  component: Logs,
  errorComponent: ErrorScreen,
})

function Logs(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <LogsPage
        search={logs.useSearch()}
        onSearch={patch =>
          void navigate({ to: '/logs', search: before => ({ ...before, ...patch }), replace: 'text' in patch })
        }
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

export const logsRoutes = [logs] as const
