import { type ReactNode, useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useStatus } from '#web/api/use-live.ts'
import { useChosenUser, useSwitchUser } from '#web/api/use-caller.ts'
import { Menu } from '#web/ui/Menu.tsx'

/** Who is asking: every right on the page is theirs. In the lab one can be somebody else. */
export function User(): ReactNode {
  const { t } = useTranslation()
  const status = useStatus()
  const chosen = useChosenUser()
  const switchUser = useSwitchUser()
  const users = status?.users ?? []
  const user = chosen ?? status?.user ?? ''
  // Chosen in another lab, or before this console was given a cluster: nobody here is called so.
  const isUnknown = chosen !== null && status !== undefined && !users.includes(chosen)
  const forget = useEffectEvent(() => switchUser(null))
  useEffect(() => {
    if (isUnknown) forget()
  }, [isUnknown])
  if (user === '') return null
  const title = t($ => $.shell.user, { user })
  const face = (
    <>
      {/* Drawn, not written: a name that is read aloud has no initials before it. */}
      <span className="avatar" aria-hidden="true" data-initials={initials(user)} />
      <span className="s12 med cut">{user}</span>
    </>
  )
  if (users.length < 2)
    return (
      <span className="user" title={title}>
        {face}
      </span>
    )
  return (
    <Menu
      className="btn ghost user"
      name={title}
      title={title}
      label={t($ => $.shell.switchUser)}
      button={face}
      items={users.map(each => ({
        key: each,
        label: each,
        isChosen: each === user,
        onChoose: () => {
          if (each !== user) switchUser(each === status?.user ? null : each)
        },
      }))}
    />
  )
}

const initials = (user: string): string =>
  user
    .split(/[^\p{L}\p{N}]+/u)
    .filter(part => part !== '')
    .slice(0, 2)
    .map(part => part[0]?.toUpperCase() ?? '')
    .join('')
