import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStatus } from '#web/api/use-live.ts'
import { absolute, age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

/** `3 min ago`, the exact time on hover. Only this renders when a second passes. */
export function Ago({ at }: { at: number }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  const now = useNow() + skew
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute(at - skew, language)}>
      {t($ => $.list.ago, { age: age(now - at, language) })}
    </time>
  )
}
