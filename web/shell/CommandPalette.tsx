import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scope } from '#web/api/scope.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { type Command, commandSources, useRegistry } from '#web/ui/registry.ts'
import { rank } from './rank.ts'
import type { OnScope } from './Shell.tsx'
import { useShellCommands } from './use-shell-commands.ts'
import './palette.css'

/** Type to go anywhere or do anything: pages, what is on the map, namespaces, commands. */
export function CommandPalette(props: { scope: Scope; onScope: OnScope; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState('')
  const [index, setIndex] = useState(0)
  const sources = useRegistry(commandSources)
  const navigate = useNavigate()
  const own = useShellCommands(props.scope, props.onScope, path => void navigate({ to: path }))
  const groups = rank([...sources.flatMap(source => source(text)), ...own], text)
  const commands = groups.flatMap(group => group.commands)
  const chosen = Math.min(index, Math.max(0, commands.length - 1))
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    props.onClose()
    command.run()
  }
  const onKey = (event: KeyboardEvent) => {
    const walk: Record<string, number> = { ArrowDown: chosen + 1, ArrowUp: chosen - 1 }
    const next = walk[event.key]
    if (next !== undefined && commands.length > 0) {
      event.preventDefault()
      setIndex((next + commands.length) % commands.length)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      run(commands[chosen])
    }
  }
  return (
    <dialog
      className="float palette"
      aria-label={t($ => $.shell.search.open)}
      ref={element => {
        if (element !== null && !element.open) element.showModal()
      }}
      onClose={props.onClose}
      closedby="any"
    >
      <div className="palette-field">
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-label={t($ => $.shell.search.open)}
          aria-expanded="true"
          aria-controls={`${id}list`}
          aria-autocomplete="list"
          aria-activedescendant={commands.length > 0 ? `${id}${chosen}` : undefined}
          value={text}
          placeholder={t($ => $.shell.search.placeholder)}
          spellCheck={false}
          autoComplete="off"
          onChange={event => {
            setText(event.target.value)
            setIndex(0)
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list" role="listbox" id={`${id}list`} aria-label={t($ => $.shell.search.open)}>
        {groups.map(group => (
          <div key={group.name} role="group" aria-label={group.name}>
            <div className="palette-group" aria-hidden="true">
              {group.name}
            </div>
            {group.commands.map(command => {
              const place = commands.indexOf(command)
              return (
                <div
                  key={command.id}
                  id={`${id}${place}`}
                  role="option"
                  aria-selected={place === chosen}
                  tabIndex={-1}
                  ref={element => {
                    if (place === chosen) element?.scrollIntoView({ block: 'nearest' })
                  }}
                  onPointerMove={() => setIndex(place)}
                  onClick={() => run(command)}
                  onKeyDown={onKey}
                >
                  {command.health !== undefined && <HealthMark health={command.health} />}
                  {command.icon !== undefined && <Icon name={command.icon} />}
                  <span className="cut grow">{command.label}</span>
                  {command.hint !== undefined && <span className="t3 s11 nowrap">{command.hint}</span>}
                </div>
              )
            })}
          </div>
        ))}
      </div>
      {commands.length === 0 && <p className="palette-empty t3">{t($ => $.shell.search.nothing, { text })}</p>}
    </dialog>
  )
}
