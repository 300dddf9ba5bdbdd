import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Checked } from '#shared/security/assert/assert.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'

export const words = { holds: 'holds', broken: 'isBroken', uncertain: 'uncertain' } as const
const healths = { holds: 'healthy', broken: 'failing', uncertain: 'degraded' } as const

/** By word and shape, not by colour alone. */
export function OutcomeMark({ outcome }: { outcome: Checked['outcome'] }): ReactNode {
  const { t } = useTranslation('security')
  return <HealthBadge health={healths[outcome]}>{t($ => $.assertions[words[outcome]])}</HealthBadge>
}
