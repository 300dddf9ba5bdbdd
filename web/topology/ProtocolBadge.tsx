import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Protocol } from '#shared/topology/graph.ts'

/** Arrow heads, as the map draws them: HTTP triangle, gRPC chevron, TCP square. */
export const heads: Record<Protocol, string> = {
  http: 'M-1-4.5 7 0-1 4.5Z',
  grpc: 'M-2-5 7 0-2 5 .8 0Z',
  tcp: 'M-.5-3.5h7v7h-7Z',
}

export function ProtocolBadge({ protocol }: { protocol: Protocol }): ReactNode {
  const { t } = useTranslation()
  return (
    <span className="badge line">
      <svg width="8" height="10" viewBox="-2 -5 10 10" aria-hidden="true">
        <path fill={`var(--${protocol})`} d={heads[protocol]} />
      </svg>
      {t($ => $.topology.protocol[protocol])}
    </span>
  )
}
