import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection, useStatus } from '#web/api/use-live.ts'
import { absolute, clock } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Popover } from '#web/ui/Popover.tsx'
import { type PageTrouble, pageTroubles, useRegistry } from '#web/ui/registry.ts'
import { useLanguage } from '#web/ui/language.ts'

/** What is wrong right now: sources that do not answer, and what the page on screen says is failing. */
export function TroubleBell(): ReactNode {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const troubles = useTroubles()
  const count = troubles.length
  const title = count === 0 ? t($ => $.shell.troubles.none) : t($ => $.shell.troubles.title, { count })
  return (
    <Popover
      className="btn ghost icon bell"
      name={title}
      title={title}
      label={title}
      width={360}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <Icon name="bell" />
          {count > 0 && (
            <span className="count failing" aria-hidden="true">
              {count > 99 ? '99+' : count}
            </span>
          )}
        </>
      }
    >
      <div className="trouble-list">
        <h2>{title}</h2>
        {count === 0 && <p className="t2">{t($ => $.shell.troubles.nothing)}</p>}
        <ul>
          {troubles.map(trouble => (
            <li key={trouble.id}>
              <Trouble trouble={trouble} />
            </li>
          ))}
        </ul>
      </div>
    </Popover>
  )
}

function Trouble({ trouble }: { trouble: PageTrouble }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const { show, since } = trouble
  const content = (
    <>
      <HealthMark health={trouble.health} />
      <span className="grow">{trouble.text}</span>
      {since !== null && (
        <span className="t3 s11 nowrap" title={absolute(since, language)}>
          {t($ => $.shell.source.since, { at: clock(since) })}
        </span>
      )}
    </>
  )
  if (show === undefined) return <div className="trouble">{content}</div>
  return (
    <button
      type="button"
      className="trouble"
      onClick={event => {
        event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
        show()
      }}
    >
      {content}
      <Icon name="right" small />
    </button>
  )
}

function useTroubles(): PageTrouble[] {
  const { t } = useTranslation()
  const status = useStatus()
  const connection = useConnection()
  const told = useRegistry(pageTroubles).flat()
  const sources = (status?.sources ?? [])
    .filter(({ state }) => state === 'failing' || state === 'slow')
    .map(
      ({ name, state, because, since }): PageTrouble => ({
        id: `source:${name}`,
        text: because ?? `${t($ => $.shell.source[name])}: ${t($ => $.shell.source.state[state])}`,
        health: state === 'failing' ? 'failing' : 'degraded',
        since: since - (status?.skew ?? 0),
      }),
    )
  const cut: PageTrouble[] =
    connection.state === 'cut'
      ? [{ id: 'cut', text: t($ => $.shell.source.cutBecause), health: 'failing', since: connection.since }]
      : []
  return [...cut, ...sources, ...told]
}
