import type { ReactNode } from 'react'
import { type Answer, useWhy } from './why.ts'

/** How a health answer came about, in small print; what could not be read stands out. */
export function HealthWhy({ reason, since, window }: Answer): ReactNode {
  const why = useWhy()
  const lines = why({ reason: reason === null ? null : { ...reason, wrongs: [] }, since, window })
  return (
    <>
      {lines.length > 0 && <p className="t3 s11">{lines.join(' · ')}</p>}
      {reason?.wrongs?.map(wrong => (
        <p key={wrong} className="note degraded s11">
          {wrong}
        </p>
      ))}
    </>
  )
}
