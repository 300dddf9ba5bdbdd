import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { LogEvent, LogsQuery } from '#shared/logs/api.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import type { Container } from './pod.ts'
import type { Together } from './together.ts'

/** What one view reads, as far as it is known. */
export interface View {
  query: LogsQuery
  client: KubernetesClient
  now: () => EpochMilliseconds
  again: Milliseconds
  signal: AbortSignal
  told: Together<LogEvent>
  /** A pod as it is now, by the caller's rights; null: it is gone. */
  look(pod: string): Promise<readonly Container[] | null>
  /** Something of what `containers` tells has changed. */
  changed(): Promise<void>
}

/** False: it ended before. */
export function pause(time: Milliseconds, signal: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve(false)
    const over = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over)
      resolve(true)
    }, time)
    signal.addEventListener('abort', over, { once: true })
  })
}
