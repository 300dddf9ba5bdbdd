import type { ReactNode } from 'react'
import type { CellState } from '#shared/security/matrix.ts'

/** How a state is drawn: by shape first. `size` 0–1 is how much was called. */
export function StateMark(props: { state: CellState; isPartly?: boolean; size?: number }): ReactNode {
  const { state, isPartly = false, size = 0.5 } = props
  const half = 3.5 + 4.5 * size
  return (
    <svg className={`mk is-${state}`} width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
      {state === 'used' && <rect x={-half} y={-half} width={2 * half} height={2 * half} rx="2" />}
      {state === 'granted' && (
        <rect x="-4.5" y="-4.5" width="9" height="9" rx="2" strokeDasharray={isPartly ? '3 2.4' : undefined} />
      )}
      {state === 'refused' && (
        <>
          <path d="M0-8 8 0 0 8-8 0Z" />
          <path className="cx" d="M-2.6-2.6 2.6 2.6M2.6-2.6-2.6 2.6" />
        </>
      )}
      {state === 'uncertain' && (
        <>
          <circle r="7" />
          <text y="3.8">?</text>
        </>
      )}
      {state === 'neither' && <circle r="1.2" />}
    </svg>
  )
}

/** The verdict as a badge: word, colour and shape. */
export function VerdictBadge({ verdict, word }: { verdict: 'allow' | 'deny' | 'uncertain'; word: string }): ReactNode {
  const health = verdict === 'allow' ? 'healthy' : verdict === 'deny' ? 'failing' : 'degraded'
  return (
    <span className={`badge ${health}`}>
      <svg className={`h ${health}`} viewBox="0 0 10 10" aria-hidden="true">
        {verdict === 'allow' && <circle cx="5" cy="5" r="4" />}
        {verdict === 'deny' && <path d="M5 0 10 5 5 10 0 5Z" />}
        {verdict === 'uncertain' && <path d="M5 .8 9.6 9H.4Z" />}
      </svg>
      {word}
    </span>
  )
}
