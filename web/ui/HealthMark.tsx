import type { ReactNode } from 'react'
import type { Health } from '#shared/mesh/health.ts'

const shapes: Record<Health, ReactNode> = {
  healthy: <circle cx="5" cy="5" r="4" />,
  degraded: <path d="M5 .6 9.8 9.2H.2Z" />,
  failing: <path d="M5 0 10 5 5 10 0 5Z" />,
  unknown: <circle cx="5" cy="5" r="3.5" />,
}

/** Dot, triangle, diamond, ring: decoration beside the word. */
export function HealthMark({ health }: { health: Health }): ReactNode {
  return (
    <svg className={`h ${health}`} viewBox="0 0 10 10" aria-hidden="true">
      {shapes[health]}
    </svg>
  )
}

export function HealthBadge({ health, children }: { health: Health; children: ReactNode }): ReactNode {
  return (
    <span className={`badge ${health}`}>
      <HealthMark health={health} />
      {children}
    </span>
  )
}
