import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { HealthMark } from '#web/ui/HealthMark.tsx'

/** The part of the panel that could not be read, and why; the rest of it still stands. */
export function Missing({ because }: { because: string }): ReactNode {
  const { t } = useTranslation('side')
  return (
    <section role="status">
      <p className="row" style={{ gap: 6, alignItems: 'baseline' }}>
        <HealthMark health="failing" />
        <span className="t2">{t($ => $.detailFailing, { because })}</span>
      </p>
    </section>
  )
}
