import type { IntentId } from './ids.ts'
import type { Task } from './task.tsx'

/**
 * The task behind each id, read when it is opened: `async () => (await import('./shift/ShiftPanel.tsx')).shiftTask`,
 * which is `taskOf(intent, Panel)`. An id without one is offered nowhere.
 */
export const tasks: Partial<Record<IntentId, () => Promise<Task>>> = {
  shift: async () => (await import('./shift/ShiftPanel.tsx')).shiftTask,
  route: async () => (await import('./traffic/RoutePanel.tsx')).routeTask,
  timeouts: async () => (await import('./traffic/TimeoutsPanel.tsx')).timeoutsTask,
  breaker: async () => (await import('./traffic/BreakerPanel.tsx')).breakerTask,
  fault: async () => (await import('./traffic/FaultPanel.tsx')).faultTask,
  mirror: async () => (await import('./traffic/MirrorPanel.tsx')).mirrorTask,
  rateLimit: async () => (await import('./guard/RateLimitPanel.tsx')).rateLimitTask,
  expose: async () => (await import('./guard/ExposePanel.tsx')).exposeTask,
  mtls: async () => (await import('./guard/MtlsPanel.tsx')).mtlsTask,
  lockdown: async () => (await import('./guard/LockdownPanel.tsx')).lockdownTask,
}
