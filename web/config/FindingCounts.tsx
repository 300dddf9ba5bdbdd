import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigRow } from '#shared/config/api.ts'
import type { FindingLevel } from '#shared/config/finding.ts'
import type { Health } from '#shared/mesh/health.ts'
import { none } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'

/** The mark of a level: diamond, triangle, ring. */
export const markOf = { Error: 'failing', Warning: 'degraded', Info: 'unknown' } as const satisfies Record<
  FindingLevel,
  Health
>

/** `◆ 1 ▲ 2`: counts by level, worst first; what there is none of is left out. */
export function FindingCounts({ findings }: { findings: ConfigRow['findings'] }): ReactNode {
  const { t } = useTranslation('config')
  const words = [
    { level: 'Error' as const, text: t($ => $.list.errors, { count: findings.Error }) },
    { level: 'Warning' as const, text: t($ => $.list.warnings, { count: findings.Warning }) },
    { level: 'Info' as const, text: t($ => $.list.infos, { count: findings.Info }) },
  ].filter(({ level }) => findings[level] > 0)
  if (words.length === 0)
    return (
      <span className="t3" title={t($ => $.list.noFindings)}>
        <span className="sr">{t($ => $.list.noFindings)}</span>
        <span aria-hidden="true">{none}</span>
      </span>
    )
  return (
    <span className="finding-counts">
      {words.map(({ level, text }) => (
        <span key={level} className={`c-${markOf[level]}`} title={text}>
          <HealthMark health={markOf[level]} />
          <span aria-hidden="true">{findings[level]}</span>
          <span className="sr">{text}</span>
        </span>
      ))}
    </span>
  )
}
