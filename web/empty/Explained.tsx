import { type ReactNode, Suspense } from 'react'
import { type AskedLadder, useLadder } from '#web/api/ladder.ts'
import type { LadderFaceProps } from '#web/ui/faces/LadderFace.tsx'
import { later } from '#web/ui/later.ts'

const Face = later(async () => (await import('#web/ui/faces/LadderFace.tsx')).LadderFace, 'ladder')

/** What stands around the reason: heading, what the panel knows itself, where to go. */
export type Around = Omit<LadderFaceProps, 'told'>

/** Why something is empty, asked of whoever can explain it. The face comes with its texts when the first is shown. */
export function Explained({ endpoint, params, ...around }: AskedLadder & Around): ReactNode {
  const told = useLadder({ endpoint, params })
  return (
    <Suspense fallback={<div className="ladder-wait" aria-busy="true" />}>
      <Face told={told} {...around} />
    </Suspense>
  )
}
