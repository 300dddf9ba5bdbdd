import { later } from '#web/ui/later.ts'
import { page } from './page.tsx'

const ofList = ['services', 'health', 'config'] as const
const ServiceList = later(async () => (await import('./service-list.tsx')).ServiceList, ...ofList)
const WorkloadList = later(async () => (await import('./service-list.tsx')).WorkloadList, ...ofList)

const ofPage = [...ofList, 'metrics', 'traces', 'charts', 'proxies', 'logs', 'security', 'overview'] as const
const ServicePage = later(async () => (await import('./service-tabs.tsx')).ServiceWithTabs, ...ofPage)
const WorkloadPage = later(async () => (await import('./service-tabs.tsx')).WorkloadWithTabs, ...ofPage)

export const servicesRoutes = [
  page('/services', ServiceList),
  page('/workloads', WorkloadList),
  page('/services/$namespace/$name', ServicePage),
  page('/workloads/$namespace/$name', WorkloadPage),
] as const
