import type { IconName } from '#web/ui/Icon.tsx'

/** The rail, top to bottom. */
export const pages = [
  { name: 'overview', path: '/' },
  { name: 'topology', path: '/topology' },
  { name: 'services', path: '/services' },
  { name: 'workloads', path: '/workloads' },
  { name: 'metrics', path: '/metrics' },
  { name: 'traces', path: '/traces' },
  { name: 'security', path: '/security' },
  { name: 'config', path: '/config' },
  { name: 'mesh', path: '/mesh' },
] as const satisfies readonly { name: IconName; path: string }[]

export type PagePath = (typeof pages)[number]['path']
