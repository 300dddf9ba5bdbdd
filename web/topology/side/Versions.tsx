import type { ReactNode } from 'react'
import { percent } from '#web/ui/format.ts'

export interface VersionShare {
  version: string
  requestRate: number
}

const mostSeries = 8

/** Two versions: `v1 ▇▇▇▇▃ v2  82 : 18`. More: each with its share. */
export function Versions({ versions }: { versions: readonly VersionShare[] }): ReactNode {
  const all = versions.reduce((sum, { requestRate }) => sum + requestRate, 0)
  const shares = versions.map(({ version, requestRate }) => ({ version, ratio: all === 0 ? 0 : requestRate / all }))
  const [first, second] = shares
  if (first === undefined) return null
  const bar = all > 0 && (
    <span className="codes grow" style={{ margin: 0, height: 6 }} aria-hidden="true">
      {shares.map(({ version, ratio }, index) => (
        <i key={version} style={{ flex: ratio, background: colours[index % mostSeries] }} />
      ))}
    </span>
  )
  if (shares.length === 1) return <span className="mono both cut">{first.version}</span>
  if (shares.length === 2 && second !== undefined)
    return (
      <>
        <span className="row" style={{ gap: 6 }}>
          <span className="mono cut">{first.version}</span>
          {bar}
          <span className="mono cut">{second.version}</span>
        </span>
        <span className="num t2">
          {all === 0 ? '' : `${Math.round(first.ratio * 100)} : ${Math.round(second.ratio * 100)}`}
        </span>
      </>
    )
  return (
    <span className="both">
      <span className="row">{bar}</span>
      <span className="t2">
        {shares.map(({ version, ratio }) => (
          <span key={version} className="nowrap">
            <span className="mono">{version}</span> {percent(ratio)}{' '}
          </span>
        ))}
      </span>
    </span>
  )
}

/** Not in the tokens' order: two versions are told apart best by the first and the third. */
const colours = [1, 3, 2, 4, 5, 6, 7, 8].map(series => `var(--series-${series})`)
