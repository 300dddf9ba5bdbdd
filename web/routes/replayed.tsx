import { useNavigate } from '@tanstack/react-router'
import { type ComponentProps, type ReactNode, Suspense, useCallback } from 'react'
import { Replaying, type ReplayProps } from '#web/config/Replay.tsx'
import { later } from '#web/ui/later.ts'

const ReplayPanel = later(async () => {
  const [{ ReplayPanel }, { replayMap }] = await Promise.all([
    import('#web/security/replay/ReplayPanel.tsx'),
    import('./replay-map.tsx'),
  ])
  return (props: Omit<ComponentProps<typeof ReplayPanel>, 'map'>): ReactNode => (
    <ReplayPanel {...props} map={replayMap} />
  )
}, 'security')

/** Whatever is edited here is replayed by the room of security. */
export function Replayed({ children }: { children: ReactNode }): ReactNode {
  const navigate = useNavigate()
  const part = useCallback(
    (props: ReplayProps) => (
      <Suspense>
        <ReplayPanel {...props} onGo={href => void navigate({ href })} />
      </Suspense>
    ),
    [navigate],
  )
  return <Replaying value={part}>{children}</Replaying>
}
