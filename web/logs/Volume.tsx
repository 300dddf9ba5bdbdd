import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { exactClock } from '#web/ui/format.ts'
import type { Row } from './book.ts'
import { volume } from './volume.ts'

const height = 34

/** How many lines there were over time, the bad ones at the bottom of each bar. */
export function Volume({ rows }: { rows: readonly Row[] }): ReactNode {
  const { t } = useTranslation('logs')
  const bars = volume(rows)
  const most = Math.max(1, ...bars.map(({ error, warn, other }) => error + warn + other))
  const sum = (of: 'error' | 'warn' | 'other') => bars.reduce((all, bar) => all + bar[of], 0)
  const [first, last] = [bars[0], bars.at(-1)]
  if (first === undefined || last === undefined) return <div className="log-volume" />
  const words = {
    total: (sum('error') + sum('warn') + sum('other')).toLocaleString('en-US'),
    from: exactClock(first.from),
    to: exactClock(last.to),
    errors: sum('error'),
    warnings: sum('warn'),
  }
  const part = (count: number) => (count / most) * (height - 2)
  return (
    <div className="log-volume" role="img" aria-label={t($ => $.volume, words)}>
      <span className="t3 s11 num">{words.from}</span>
      <svg viewBox={`0 0 ${bars.length * 10} ${height}`} preserveAspectRatio="none" height={height}>
        {bars.map(({ from, to, error, warn, other }, index) => (
          <g key={from} transform={`translate(${index * 10 + 1} 0)`}>
            <title>
              {t($ => $.bar, {
                from: exactClock(from),
                to: exactClock(to),
                count: error + warn + other,
                errors: error,
                warnings: warn,
              })}
            </title>
            <rect width="8" height={height} fill="transparent" />
            <rect className="error" width="8" height={part(error)} y={height - part(error)} />
            <rect className="warn" width="8" height={part(warn)} y={height - part(error + warn)} />
            <rect className="other" width="8" height={part(other)} y={height - part(error + warn + other)} />
          </g>
        ))}
      </svg>
      <span className="t3 s11 num">{words.to}</span>
    </div>
  )
}
