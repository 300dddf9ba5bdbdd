import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { casesThere, insideCase, type Shown } from '#web/config/forms/engine.ts'
import { chooseCase } from '#web/config/forms/engine-acts.ts'
import type { OneOfField } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'
import { Fields } from './Fields.tsx'

/** One of several shapes: which one, and its fields. Several at once are shown, and said to be too many. */
export function OneOfControl({ shown }: { shown: Shown<never, OneOfField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked, texts } = useForm()
  const { field } = shown
  const there = casesThere(field, shown.value)
  const [chosen] = there
  const problem = there.length > 1 ? t($ => $.form.several, { names: there.map(({ key }) => key).join(', ') }) : null
  return (
    <FieldBox shown={shown} problem={problem} meaning={chosen?.say(texts).help}>
      {ids => (
        <>
          <select
            id={ids.id}
            className="field f-select"
            aria-describedby={ids.describedBy}
            aria-invalid={ids.isWrong}
            disabled={isLocked}
            value={chosen?.key ?? ''}
            onChange={event =>
              act(chooseCase(shown, field.cases.find(({ key }) => key === event.target.value) ?? null))
            }
          >
            {(field.isOptional === true || chosen === undefined) && <option value="">{t($ => $.form.none)}</option>}
            {field.cases.map(each => (
              <option key={each.key} value={each.key}>
                {each.say(texts).label}
              </option>
            ))}
          </select>
          {there.map(each => (
            <Fields key={each.key} fields={each.fields} holder={insideCase(shown, each)} />
          ))}
        </>
      )}
    </FieldBox>
  )
}
