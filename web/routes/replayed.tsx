import { useNavigate } from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode, Suspense, useCallback } from 'react'
import { Replaying, type ReplayProps } from '#web/config/Replay.tsx'
import { openTexts } from '#web/ui/language.ts'

const ReplayPanel = lazy(async () => {
  const [{ ReplayPanel }, { NotOnMap }, { MarkedMap }] = await Promise.all([
    import('#web/security/replay/ReplayPanel.tsx'),
    import('#web/security/replay/NotOnMap.tsx'),
    import('#web/topology/MarkedMap.tsx'),
    openTexts('security'),
  ])
  return {
    default: (props: Omit<ComponentProps<typeof ReplayPanel>, 'map'>) => (
      <ReplayPanel
        {...props}
        map={calls => <MarkedMap calls={calls} missing={missing => <NotOnMap calls={missing} />} />}
      />
    ),
  }
})

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
