import { later } from '#web/ui/later.ts'
import { page } from './page.tsx'

const OverviewLive = later(async () => (await import('./overview-live.tsx')).OverviewLive, 'overview', 'health')

export const overviewRoutes = [page('/', OverviewLive)] as const
