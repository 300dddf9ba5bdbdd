import { lazy, type ReactNode, Suspense } from 'react'
import { openTexts } from '#web/ui/language.ts'
import type { LadderFaceProps } from './LadderFace.tsx'

const Face = lazy(async () => {
  const [{ LadderFace }] = await Promise.all([import('./LadderFace.tsx'), openTexts('ladder')])
  return { default: LadderFace }
})

/** Why a panel is empty. It comes with its texts when the first panel is. */
export function Ladder<Asked>({
  useTold,
  asked,
  ...face
}: {
  /** Asks; `web/api` has one for every ladder. */
  useTold: (asked: Asked) => LadderFaceProps['told']
  asked: Asked
} & Omit<LadderFaceProps, 'told'>): ReactNode {
  const told = useTold(asked)
  return (
    <Suspense fallback={<div className="ladder-wait" aria-busy="true" />}>
      <Face told={told} {...face} />
    </Suspense>
  )
}
