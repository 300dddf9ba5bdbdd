import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Why } from '#shared/config/governs.ts'

/** Why an object applies, in words. */
export function Because({ why }: { why: Exclude<Why, null> }): ReactNode {
  const { t } = useTranslation('config')
  return why.kind === 'host' || why.kind === 'workload' ? (
    <>
      {t($ => $.governs[why.kind])} <span className="mono">{why.name}</span>
    </>
  ) : (
    t($ => $.governs[why.kind])
  )
}
