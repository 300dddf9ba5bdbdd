import type { ComponentProps, ReactNode } from 'react'
import { later } from '#web/ui/later.ts'
import { page } from './page.tsx'

const LogsPage = later(async () => {
  const [{ LogsPage }, { checkHref }] = await Promise.all([
    import('#web/logs/LogsPage.tsx'),
    import('#web/security/address.ts'),
  ])
  return (props: Omit<ComponentProps<typeof LogsPage>, 'checkHref'>): ReactNode => (
    <LogsPage {...props} checkHref={call => checkHref({ ...call })} />
  )
}, 'logs')

/** A letter typed is no step. */
export const logsRoutes = [page('/logs', LogsPage, patch => !('text' in patch))] as const
