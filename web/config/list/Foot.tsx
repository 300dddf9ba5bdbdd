import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigState } from '#shared/config/api.ts'
import { kindId } from '#web/config/names.ts'
import type { View } from '#web/config/view.ts'
import { absolute, age } from '#web/ui/format.ts'
import { Popover } from '#web/ui/Popover.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

/** How old the list is, how much of it is shown, and which kinds are not in it and why. */
export function Foot({ view, state, shown }: { view: View; state: ConfigState; shown: number }): ReactNode {
  const { t } = useTranslation('config')
  const word = view.outage === null ? 'live' : view.outage.source === 'console' ? 'cut' : 'stale'
  const read = state.kinds.filter(kind => kind.state === 'ok').length
  const facts = [
    t($ => $.list.shown, { shown: shown.toLocaleString('en-US'), all: state.rows.length.toLocaleString('en-US') }),
    t($ => $.list.foot.kinds, { count: read }),
  ]
  return (
    <footer className="foot">
      <span className={word === 'live' ? 'livedot' : 'livedot degraded'} aria-hidden="true" />
      <b>{t($ => $.list.foot[word])}</b>
      {view.at !== null && <Read at={view.at} skew={view.skew} />}
      {facts.map(fact => (
        <span key={fact} className="fact">
          <i aria-hidden="true">·</i>
          {fact}
        </span>
      ))}
      <Unread kinds={state.kinds} />
      <span className="grow" />
      <span className="hint">{t($ => $.list.hint)}</span>
    </footer>
  )
}

/** Changes come by themselves: what is old here is only the last of them. */
function Read({ at, skew }: { at: number; skew: number }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const now = useNow()
  return (
    <span title={absolute(at - skew, language)}>
      {t($ => $.list.foot.ago, { age: age(now + skew - at, language) })}
    </span>
  )
}

function Unread({ kinds }: { kinds: ConfigState['kinds'] }): ReactNode {
  const { t } = useTranslation('config')
  const [isOpen, setOpen] = useState(false)
  const unread = kinds.filter(({ state }) => state !== 'ok')
  if (unread.length === 0) return null
  const isTrouble = unread.some(({ state }) => state !== 'missing')
  return (
    <Popover
      className={isTrouble ? 'link c-degraded s11' : 'link t3 s11'}
      label={t($ => $.list.foot.unreadTitle)}
      width={380}
      isOpen={isOpen}
      onToggle={setOpen}
      button={t($ => $.list.foot.unread, { count: unread.length })}
    >
      <ul className="unread">
        {unread.map(kind => (
          <li key={kindId(kind)}>
            <b className="med">{kind.kind}</b> <span className="t3">{kind.group}</span>
            <p className="t2">{kind.because ?? t($ => $.list.kindState[kind.state])}</p>
          </li>
        ))}
      </ul>
    </Popover>
  )
}
