import type { IconName } from '#web/ui/Icon.tsx'

/** The rail, top to bottom. `path` null: the page is not built yet, and the rail says so instead of leading nowhere. */
export const pages = [
  { name: 'overview', path: '/' },
  { name: 'topology', path: '/topology' },
  { name: 'services', path: '/services' },
  { name: 'workloads', path: '/workloads' },
  { name: 'metrics', path: '/metrics' },
  { name: 'traces', path: '/traces' },
  { name: 'security', path: '/security' },
  { name: 'config', path: '/config' },
  { name: 'mesh', path: null },
] as const satisfies readonly { name: IconName; path: string | null }[]

export type PagePath = Exclude<(typeof pages)[number]['path'], null>
