import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Target } from '#shared/config/intents/intent.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Menu } from '#web/ui/Menu.tsx'
import { Go } from './Go.tsx'
import { type IntentId, intentHref, intentIds, offeredOn, type On } from './ids.ts'
import { tasks } from './registry.ts'
import { useMay } from './use-may.ts'

/** What is picked on the map, as tasks know it. */
export interface Subject {
  on: On
  target: Target
  /** It runs in several versions: then shifting comes first. */
  isVersioned: boolean
}

/** At the foot of what is picked on the map: the likeliest task as a button, the others in a menu. */
export function Changes({ subject, onGo }: { subject: Subject; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const may = useMay()
  const { on, target } = subject
  const fitting = intentIds.filter(
    id =>
      tasks[id] !== undefined &&
      (offeredOn[id].includes(on) || (target.service !== undefined && offeredOn[id].includes('service'))),
  )
  const likely: IntentId = on === 'namespace' ? 'lockdown' : subject.isVersioned ? 'shift' : 'timeouts'
  const first = fitting.find(id => id === likely) ?? fitting[0]
  if (first === undefined) return null
  const whyNot = may(first, target.namespace)
  const go = (id: IntentId) => onGo(intentHref(id, target))
  return (
    <div className="acts">
      <button
        type="button"
        className="btn"
        aria-disabled={whyNot !== null}
        title={whyNot ?? t($ => $.intents.lead[first])}
        onClick={() => {
          if (whyNot === null) go(first)
        }}
      >
        {t($ => $.intents.title[first])}…
      </button>
      <Menu
        className="btn"
        label={t($ => $.intents.change)}
        button={
          <>
            {t($ => $.intents.change)}
            <Icon name="down" small />
          </>
        }
        items={fitting.map(id => {
          const why = may(id, target.namespace)
          return {
            key: id,
            label: t($ => $.intents.title[id]),
            ...(why === null ? {} : { whyNot: why }),
            onChoose: () => go(id),
          }
        })}
      />
      <Go className="btn" href={`/config/history?ns=${target.namespace}`} onGo={onGo}>
        <Icon name="clock" small />
        {t($ => $.history.link)}
        <span className="sr"> {t($ => $.history.ofNamespaces, { count: 1, names: target.namespace })}</span>
      </Go>
    </div>
  )
}
