import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { entriesOf, type Holder, isRecord, type Shown } from '#web/config/forms/engine.ts'
import { addEntry, copyEntry, moveEntry, removeEntry } from '#web/config/forms/engine-acts.ts'
import type { ListField } from '#web/config/forms/form.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useForm } from './context.ts'
import { FieldBox, Said } from './FieldBox.tsx'
import { Entry } from './Entry.tsx'
import { Fields, Joint } from './Fields.tsx'
import { focusIn } from './focus.ts'
import { isWithin, marksAt } from './marks.ts'

/** Longer lists are shown a page at a time, folded: five thousand rules are nobody's reading. */
const pageSize = 40
/** Of a list as long as this all entries are open. */
const mostOpen = 6

/** Entries of one shape in their order, with what stands between them. */
export function ListControl({ shown }: { shown: Shown<never, ListField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const form = useForm()
  const { field, path } = shown
  const entries = entriesOf(shown)
  const place = useRef<HTMLDivElement>(null)
  const [page, setPage] = useState(0)
  const at = caretEntry(form.caret, path)
  const [followed, setFollowed] = useState<number | null>(null)
  // The caret leads to the page it is on; a hand may turn on from there.
  if (at !== followed) {
    setFollowed(at)
    if (at !== null) setPage(Math.floor(at / pageSize))
  }
  const pages = Math.max(1, Math.ceil(entries.length / pageSize))
  const current = Math.min(page, pages - 1)
  const visible = entries.slice(current * pageSize, (current + 1) * pageSize)
  const add = (value: unknown) => {
    flushSync(() => {
      form.act(addEntry(shown, value))
      setPage(Math.floor(entries.length / pageSize))
    })
    focusIn([...(place.current?.querySelectorAll(':scope > .f-slot') ?? [])].at(-1))
  }
  const { label } = field.say(form.texts)
  const isNested = path.some(step => typeof step === 'number')
  const joint = field.joined === 'or' ? t($ => $.form.or) : field.joined === 'and' ? t($ => $.form.and) : null
  return (
    <div ref={place} className={isNested ? 'f-list is-nested' : 'f-list'} role="group" aria-label={label}>
      {!isNested && entries.length === 0 && (
        <FieldBox shown={shown} isGroup>
          {() => null}
        </FieldBox>
      )}
      {marksAt(form.marks, path).map((mark, index) => (
        <div key={index} className="f-said">
          <Said mark={mark} />
        </div>
      ))}
      {pages > 1 && <Pages page={current} count={entries.length} onPage={setPage} />}
      {visible.map((entry, place) => {
        const index = current * pageSize + place
        return (
          <div key={index} className="f-slot">
            {place > 0 && joint !== null && (isNested || entries.length <= mostOpen) && <Joint word={joint} />}
            <ListEntry
              shown={shown}
              entry={entry}
              index={index}
              count={entries.length}
              isNested={isNested}
              isOpenAtFirst={entries.length <= mostOpen || index === at || index === entries.length - 1}
            />
          </div>
        )
      })}
      {!form.isLocked && (
        <div className="row f-adds">
          {field.add.map(each => {
            const words = each.say(form.texts)
            return (
              <button
                key={words.label}
                type="button"
                className={isNested ? 'link' : 'btn'}
                title={words.help}
                onClick={() => add(each.value)}
              >
                {isNested ? <>+ {entries.length > 0 && joint !== null ? `${joint} ` : ''}</> : <Icon name="plus" />}
                {words.label}
              </button>
            )
          })}
        </div>
      )}
    </div>
  )
}

function ListEntry(props: {
  shown: Shown<never, ListField<never>>
  entry: Holder
  index: number
  count: number
  isNested: boolean
  isOpenAtFirst: boolean
}): ReactNode {
  const { t } = useTranslation('config')
  const { act, texts, isLocked } = useForm()
  const { shown, entry, index, count } = props
  const { field } = shown
  const title = field.title(entry.value, index, texts)
  const isOrdered = field.joined === 'order' && count > 1
  const isPlain = !isRecord(entry.value) && !field.item.some(({ at }) => at.length === 0)
  return (
    <Entry
      title={title}
      path={entry.path}
      isNested={props.isNested}
      isOpenAtFirst={props.isOpenAtFirst}
      isOtherwise={isPlain}
      acts={
        isLocked
          ? []
          : [
              ...(isOrdered
                ? [
                    {
                      name: t($ => $.form.up, { what: title }),
                      icon: 'up' as const,
                      isOff: index === 0,
                      act: () => act(moveEntry(shown, index, index - 1)),
                    },
                    {
                      name: t($ => $.form.down, { what: title }),
                      icon: 'down' as const,
                      isOff: index === count - 1,
                      act: () => act(moveEntry(shown, index, index + 1)),
                    },
                  ]
                : []),
              ...(props.isNested
                ? []
                : [
                    {
                      name: t($ => $.form.copy, { what: title }),
                      icon: 'copy' as const,
                      act: () => act(copyEntry(shown, index)),
                    },
                  ]),
              {
                name: t($ => $.form.removeNamed, { name: title }),
                icon: 'close' as const,
                act: () => act(removeEntry(shown, index)),
              },
            ]
      }
    >
      <Fields fields={field.item} holder={entry} isAnded={field.isAnded === true} />
    </Entry>
  )
}

function Pages({ page, count, onPage }: { page: number; count: number; onPage: (page: number) => void }): ReactNode {
  const { t } = useTranslation('config')
  const last = Math.ceil(count / pageSize) - 1
  return (
    <div className="row f-pages">
      <button
        type="button"
        className="btn icon"
        aria-label={t($ => $.form.earlier)}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <Icon name="left" small />
      </button>
      <span className="t2 s11">
        {t($ => $.form.page, { from: page * pageSize + 1, to: Math.min(count, (page + 1) * pageSize), count })}
      </span>
      <button
        type="button"
        className="btn icon"
        aria-label={t($ => $.form.later)}
        disabled={page === last}
        onClick={() => onPage(page + 1)}
      >
        <Icon name="right" small />
      </button>
    </div>
  )
}

/** Which entry the caret is in. */
function caretEntry(caret: readonly (string | number)[] | null, path: readonly (string | number)[]): number | null {
  const step = caret !== null && isWithin(caret, path) ? caret[path.length] : undefined
  return typeof step === 'number' ? step : null
}
