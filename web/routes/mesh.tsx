import { later } from '#web/ui/later.ts'
import { everyStep, page } from './page.tsx'

const MeshLive = later(
  async () => (await import('./mesh-live.tsx')).MeshLive,
  'proxies',
  'metrics',
  'charts',
  'overview',
)

export const mesh = page('/mesh', MeshLive, everyStep)
