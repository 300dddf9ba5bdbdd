import type { ReactNode } from 'react'
import type { Effect } from '#shared/security/replay/replay.ts'

/** Shape first: a diamond is shut, a plus opens, a ring with a bar stays shut, a question mark is not known. */
export function EffectMark({ effect }: { effect: Effect }): ReactNode {
  return (
    <svg className={`effect is-${effect}`} width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">
      {effect === 'newlyRefused' && <path className="fill" d="M0-5.5 5.5 0 0 5.5-5.5 0Z" />}
      {effect === 'newlyAllowed' && <path d="M0-4.5v9M-4.5 0h9" />}
      {effect === 'stillRefused' && (
        <>
          <circle r="4.5" />
          <path d="M-3-3 3 3" />
        </>
      )}
      {effect === 'uncertain' && (
        <>
          <circle r="5" />
          <text y="3">?</text>
        </>
      )}
      {effect === 'unchanged' && <path d="M-4-1.8h8M-4 1.8h8" />}
    </svg>
  )
}
