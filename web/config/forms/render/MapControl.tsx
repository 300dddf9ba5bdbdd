import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { namedEntriesOf, type Shown } from '#web/config/forms/engine.ts'
import { addName, removeName, renameName } from '#web/config/forms/engine-acts.ts'
import type { MapField } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { Entry } from './Entry.tsx'
import { FieldBox } from './FieldBox.tsx'
import { Fields } from './Fields.tsx'
import { NewName, Word } from './PairsControl.tsx'

/** Entries by name. */
export function MapControl({ shown }: { shown: Shown<never, MapField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked, texts } = useForm()
  const { field } = shown
  const key = field.keyWords(texts)
  const entries = namedEntriesOf(shown)
  const wrong = entries.map(({ name }) => field.check?.(name, texts) ?? null).find(each => each !== null) ?? null
  return (
    <FieldBox shown={shown} isGroup problem={wrong}>
      {ids => (
        <div className="f-group" role="group" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
          {entries.map(entry => (
            <Entry
              key={entry.name}
              title={entry.name}
              path={entry.path}
              isNested={false}
              isOpenAtFirst={entries.length <= 6}
              isOtherwise={false}
              acts={
                isLocked
                  ? []
                  : [
                      {
                        name: t($ => $.form.removeNamed, { name: entry.name }),
                        icon: 'close',
                        act: () => act(removeName(shown, entry.name)),
                      },
                    ]
              }
            >
              <div className="f-key">
                <span className="s12 med">{key.label}</span>
                <Word
                  name={`${key.label}: ${entry.name}`}
                  value={entry.name}
                  isLocked={isLocked}
                  onValue={name => act(renameName(shown, entry.name, name))}
                />
              </div>
              <Fields fields={field.item} holder={entry} />
            </Entry>
          ))}
          {!isLocked && <NewName label={key.label} onName={name => act(addName(shown, name, field.value))} />}
        </div>
      )}
    </FieldBox>
  )
}
