import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { insideGroup, isOpenable, type Shown } from '#web/config/forms/engine.ts'
import { clear, write } from '#web/config/forms/engine-acts.ts'
import type { GroupField } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'
import { Fields } from './Fields.tsx'

/** A message with fields of its own. */
export function GroupControl({ shown }: { shown: Shown<never, GroupField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked, texts } = useForm()
  const { field, state } = shown
  const isThere = state === 'fits'
  return (
    <FieldBox shown={shown} isGroup onRemove={isThere && !isLocked ? () => act(clear(shown)) : undefined}>
      {ids => (
        <div className="f-group" role="group" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
          {isOpenable(shown) ? (
            <Fields fields={field.fields} holder={insideGroup(shown)} />
          ) : (
            <button
              type="button"
              className="btn"
              disabled={isLocked}
              onClick={() => act(write(shown, field.empty ?? {}))}
            >
              {t($ => $.form.add, { what: field.say(texts).label })}
            </button>
          )}
        </div>
      )}
    </FieldBox>
  )
}
