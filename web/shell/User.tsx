import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStatus } from '#web/api/use-live.ts'

/** Who is asking: every right on the page is theirs. */
export function User(): ReactNode {
  const { t } = useTranslation()
  const user = useStatus()?.user
  if (user === undefined || user === '') return null
  const initials = user
    .split(/[^\p{L}\p{N}]+/u)
    .filter(part => part !== '')
    .slice(0, 2)
    .map(part => part[0]?.toUpperCase() ?? '')
    .join('')
  return (
    <span className="user" title={t($ => $.shell.user, { user })}>
      <span className="avatar" aria-hidden="true">
        {initials}
      </span>
      <span className="s12 med cut">{user}</span>
    </span>
  )
}
