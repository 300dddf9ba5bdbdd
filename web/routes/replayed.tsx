import { useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback } from 'react'
import { Replaying, type ReplayProps } from '#web/config/Replay.tsx'
import { openTexts } from '#web/ui/language.ts'

const ReplayPanel = lazy(async () => {
  const [{ ReplayPanel }] = await Promise.all([import('#web/security/replay/ReplayPanel.tsx'), openTexts('security')])
  return { default: ReplayPanel }
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
