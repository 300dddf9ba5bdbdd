import type { ReactNode } from 'react'
import type { CellState } from '#shared/security/matrix.ts'
import { cut, shapes } from './matrix/picture.ts'

/** The mark of a state, as the matrix has it. */
export function StateMark({ state }: { state: CellState }): ReactNode {
  return (
    <svg className={`mk is-${state}`} width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">
      <path d={shapes[state](0, 0, 0.5)} />
      {state === 'refused' && <path className="cx" d={cut(0, 0)} />}
      {state === 'uncertain' && <text y="3.8">?</text>}
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
