import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Posture } from '#shared/security/posture/posture.ts'
import { meshScoreOf } from '#shared/security/posture/score.ts'
import { problemFrom } from '#web/api/call.ts'
import { percent } from '#web/ui/format.ts'
import { Sparkline } from '#web/ui/Sparkline.tsx'
import { trendQuery } from '#web/security/query.ts'

/** The mesh in one number, and where it comes from: the share of mTLS over seven days beside it. */
export function PostureHead({ postures }: { postures: readonly Posture[] }): ReactNode {
  const { t } = useTranslation('security')
  const trend = useQuery(trendQuery)
  const score = meshScoreOf(postures)
  const line = trend.data?.mesh ?? []
  const [first, last] = [line.find(value => value !== null), line.findLast(value => value !== null)]
  const days = trend.data === undefined ? 0 : spanOf(trend.data.times, line)
  return (
    <div className="posture-head">
      <p>
        <b className={score === null ? 'big' : `big c-${toneOf(score)}`}>{score === null ? '–' : Math.round(score)}</b>
        <span className="t2">
          {t($ => $.score.of)}
          <br />
          <span className="t3 s11">{t($ => $.score.ours)}</span>
        </span>
      </p>
      <p>
        <Sparkline values={line} width={180} height={34} label={t($ => $.score.trendOf)} stroke="var(--accent)" />
        <span className="t2">
          {trend.error !== null
            ? t($ => $.score.noTrend, { because: problemFrom(trend.error).detail })
            : first === undefined || last === undefined
              ? t($ => $.score.untold)
              : days === 0
                ? t($ => $.score.trendNow, { now: percent(last) })
                : t($ => $.score.trend, { now: percent(last), before: percent(first), count: days })}
          <br />
          <span className="t3 s11">{t($ => $.score.trendWhat)}</span>
        </span>
      </p>
    </div>
  )
}

/** Whole days between the first and the last look that told something. */
function spanOf(times: readonly number[], line: readonly (number | null)[]): number {
  const from = times[line.findIndex(value => value !== null)]
  const to = times[line.findLastIndex(value => value !== null)]
  return from === undefined || to === undefined ? 0 : Math.floor((to - from) / 86_400_000)
}

export const toneOf = (score: number): 'healthy' | 'degraded' | 'failing' =>
  score >= 85 ? 'healthy' : score >= 50 ? 'degraded' : 'failing'
