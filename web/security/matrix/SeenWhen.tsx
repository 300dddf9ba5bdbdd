import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Flows, FlowWindow } from '#shared/security/api.ts'
import type { SeenFlow } from '#shared/security/landscape.ts'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { SparkBars } from '#web/ui/Sparkline.tsx'

/** As exact as the steps it was read in. */
export function LastSeen({ flow, told }: { flow: SeenFlow; told: Pick<Flows, 'at' | 'step'> }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const step = (told.step ?? 0) * 1000
  const { lastSeen } = flow
  if (lastSeen === undefined) return t($ => $.cell.unknown)
  if (lastSeen === null) return t($ => $.cell.notSeen)
  const ago = told.at - lastSeen
  return ago < step
    ? t($ => $.cell.lastWithin, { step: age(step, language) })
    : t($ => $.cell.lastAgo, { age: age(ago, language) })
}

/** A bar for each step of the window. */
export function SeenHours(props: { hours: readonly number[]; told: Pick<Flows, 'step'>; over: FlowWindow }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const { hours, told, over } = props
  const step = age((told.step ?? 0) * 1000, language)
  const most = Math.round(Math.max(0, ...hours)).toLocaleString('en-US')
  return (
    <span className="seen-hours">
      <SparkBars
        values={hours}
        fill="var(--text-3)"
        markAt={null}
        height={24}
        label={t($ => $.cell.hoursLabel, { step, over: t($ => $.over[over]), most })}
      />
      <span className="t3 s11">{t($ => $.cell.hoursMost, { step, most })}</span>
    </span>
  )
}
