import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { pathText } from '#shared/mesh/object.ts'
import { type Holder, type Shown, shownIn } from '#web/config/forms/engine.ts'
import { addEntry } from '#web/config/forms/engine-acts.ts'
import type { Field } from '#web/config/forms/form.ts'
import { Menu } from '#web/ui/Menu.tsx'
import { useForm } from './context.ts'
import { focusIn } from './focus.ts'

/** The fields of one holder: those that say something, those one will want, and the others behind a `+`. */
export function Fields(props: { fields: readonly Field<never>[]; holder: Holder; isAnded?: boolean }): ReactNode {
  const { t } = useTranslation('config')
  const { object, inventory, texts, isLocked, act, control } = useForm()
  const [opened, setOpened] = useState<readonly Field<never>[]>([])
  const place = useRef<HTMLDivElement>(null)
  // Two may stand at one place: which hash, and how it is laid out.
  const keyOf = ({ field }: Shown<never>) => `${props.fields.indexOf(field)} ${pathText(field.at)}`
  const shown = shownIn(props.fields, props.holder, object, inventory)
  const tucked = isLocked ? [] : shown.filter(each => isTucked(each) && !opened.includes(each.field))
  const visible = shown.filter(each => !isTucked(each) || opened.includes(each.field))
  const open = (each: Shown<never>) => {
    const { field } = each
    // A list that offers one thing gets it at once.
    const [only] = field.type === 'list' ? field.add : []
    if (field.type === 'list' && field.add.length === 1 && only !== undefined) act(addEntry(each, only.value))
    // Who opens a field wants to write in it: it has to be there first.
    flushSync(() => setOpened(before => [...before, field]))
    focusIn(place.current?.querySelector(`:scope > [data-of="${CSS.escape(keyOf(each))}"]`))
  }
  const [first, more] = tucked.length > 4 ? [tucked.slice(0, 3), tucked.slice(3)] : [tucked, []]
  return (
    <div className="f-fields" ref={place}>
      {visible.map((each, index) => (
        <div
          key={keyOf(each)}
          className={each.field.isHalf === true ? 'f-slot is-half' : 'f-slot'}
          data-of={keyOf(each)}
        >
          {props.isAnded === true && index > 0 && <Joint word={t($ => $.form.and)} />}
          {control(each)}
        </div>
      ))}
      {tucked.length > 0 && (
        <div className="row f-adds">
          {first.map(each => (
            <button
              key={keyOf(each)}
              type="button"
              className="link"
              title={each.field.say(texts).help}
              onClick={() => open(each)}
            >
              + {each.field.say(texts).label}
            </button>
          ))}
          {more.length > 0 && (
            <Menu
              className="link"
              label={t($ => $.form.more)}
              button={<>+ {t($ => $.form.more)}</>}
              items={more.map(each => ({
                key: keyOf(each),
                label: each.field.say(texts).label,
                onChoose: () => open(each),
              }))}
            />
          )}
        </div>
      )}
    </div>
  )
}

/** What one seldom needs, and what brings more than a line, waits behind its name until it says something. */
function isTucked({ field, state, value }: Shown<never>): boolean {
  if (field.isRequired === true || state === 'otherwise') return false
  const isEmpty =
    state === 'absent' ||
    (Array.isArray(value) && value.length === 0 && (field.type === 'chips' || field.type === 'list'))
  if (!isEmpty) return false
  if (field.isTucked !== undefined) return field.isTucked
  if (field.type === 'group') return field.isOpen !== true
  return ['list', 'map', 'pairs'].includes(field.type) && field.at.length < 2
}

export function Joint({ word }: { word: string }): ReactNode {
  return <div className="f-joint">{word}</div>
}
