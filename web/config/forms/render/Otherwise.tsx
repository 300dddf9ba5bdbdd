import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shown } from '#web/config/forms/engine.ts'
import { valueText } from '#web/config/editor/value-text.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'

/** What stands there has another shape than the control: it is shown, never touched, and the way to its line is offered. */
export function Otherwise({ shown }: { shown: Shown<never> }): ReactNode {
  const { t } = useTranslation('config')
  const { onGoTo } = useForm()
  return (
    <FieldBox shown={shown} isGroup>
      {ids => (
        <div className="f-otherwise" role="group" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
          <p className="t2 s11">{t($ => $.form.otherwise)}</p>
          <pre className="mono cut">{valueText(shown.value).split('\n').slice(0, 3).join('\n')}</pre>
          <button type="button" className="link" onClick={() => onGoTo(shown.path)}>
            {t($ => $.form.inYaml)}
          </button>
        </div>
      )}
    </FieldBox>
  )
}
