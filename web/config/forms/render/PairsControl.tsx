import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isRecord, type Shown } from '#web/config/forms/engine.ts'
import { addName, removeName, renameName, setPair } from '#web/config/forms/engine-acts.ts'
import type { PairsField } from '#web/config/forms/form.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'

/** Names with texts, a line for each. */
export function PairsControl({ shown }: { shown: Shown<never, PairsField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked } = useForm()
  const pairs = isRecord(shown.value) ? (shown.value as Record<string, string>) : {}
  return (
    <FieldBox shown={shown} isGroup>
      {ids => (
        <div className="f-pairs" role="group" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
          {Object.entries(pairs).map(([name, value]) => (
            <div key={name} className="f-pair">
              <Word
                name={t($ => $.form.name)}
                value={name}
                isLocked={isLocked}
                onValue={next => act(renameName(shown, name, next))}
              />
              <Word
                name={t($ => $.form.valueOf, { name })}
                value={value}
                isLocked={isLocked}
                onValue={next => act(setPair(shown, name, next))}
              />
              <button
                type="button"
                className="btn ghost icon"
                aria-label={t($ => $.form.removeNamed, { name })}
                aria-disabled={isLocked}
                onClick={() => {
                  if (!isLocked) act(removeName(shown, name))
                }}
              >
                <Icon name="close" small />
              </button>
            </div>
          ))}
          {!isLocked && <NewName label={t($ => $.form.newName)} onName={name => act(addName(shown, name, ''))} />}
        </div>
      )}
    </FieldBox>
  )
}

/** Written when it is left: half a name is none. */
export function Word(props: {
  name: string
  value: string
  isLocked: boolean
  onValue: (value: string) => void
}): ReactNode {
  const [writing, setWriting] = useState<string | null>(null)
  const leave = () => {
    if (writing !== null && writing !== props.value) props.onValue(writing)
    setWriting(null)
  }
  return (
    <span className="field">
      <input
        className="mono"
        aria-label={props.name}
        value={writing ?? props.value}
        readOnly={props.isLocked}
        spellCheck={false}
        onChange={event => setWriting(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') leave()
        }}
        onBlur={leave}
      />
    </span>
  )
}

export function NewName({ label, onName }: { label: string; onName: (name: string) => void }): ReactNode {
  const [name, setName] = useState('')
  const add = () => {
    if (name.trim() !== '') onName(name.trim())
    setName('')
  }
  return (
    <span className="field f-new">
      <Icon name="plus" small />
      <input
        className="mono"
        aria-label={label}
        placeholder={label}
        value={name}
        spellCheck={false}
        onChange={event => setName(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') add()
        }}
        onBlur={add}
      />
    </span>
  )
}
