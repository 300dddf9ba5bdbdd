import { createRoute, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const LogsPage = lazy(async () => {
  const [{ LogsPage }, { checkHref }] = await Promise.all([
    import('#web/logs/LogsPage.tsx'),
    import('#web/security/address.ts'),
    openTexts('logs'),
  ])
  return {
    default: (props: Omit<ComponentProps<typeof LogsPage>, 'checkHref'>) => (
      <LogsPage {...props} checkHref={call => checkHref({ ...call })} />
    ),
  }
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
