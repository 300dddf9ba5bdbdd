import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Variable, variableName } from '#shared/metrics/own/dashboard.ts'
import { variableOf } from './draft.ts'
import { Typed } from './Typed.tsx'

const kinds = ['values', 'choice', 'interval'] as const
const label = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/

/** One variable: what `$name` can be. */
export function VariableForm(props: {
  variable: Variable
  onVariable: (variable: Variable) => void
  onRemove: () => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { variable, onVariable } = props
  return (
    <fieldset className="row own-variable">
      <legend className="sr">{variable.name}</legend>
      <Typed
        isMono
        name={t($ => $.own.variableName)}
        text={variable.name}
        take={name => (variableName.test(name) ? { ...variable, name } : null)}
        onValue={onVariable}
      />
      <label className="own-labelled">
        <span>{t($ => $.own.kind)}</span>
        <select
          className="field"
          value={variable.kind}
          onChange={event => {
            const kind = kinds.find(each => each === event.target.value)
            if (kind !== undefined) onVariable(variableOf(kind, variable))
          }}
        >
          {kinds.map(kind => (
            <option key={kind} value={kind}>
              {t($ => $.own.kinds[kind])}
            </option>
          ))}
        </select>
      </label>
      {variable.kind === 'values' ? (
        <>
          <Typed
            isMono
            isWide
            name={t($ => $.own.of)}
            text={variable.series}
            take={series => (series === '' ? null : { ...variable, series })}
            onValue={onVariable}
          />
          <Typed
            isMono
            name={t($ => $.own.label)}
            text={variable.label}
            take={text => (label.test(text) ? { ...variable, label: text } : null)}
            onValue={onVariable}
          />
          <label className="row s12">
            <input
              type="checkbox"
              checked={variable.allowsAll === true}
              onChange={event => onVariable({ ...variable, allowsAll: event.target.checked })}
            />
            {t($ => $.own.all)}
          </label>
        </>
      ) : (
        <Typed
          isMono
          isWide
          name={t($ => $.own.values)}
          text={variable.values.join(', ')}
          take={text => {
            const values = text
              .split(',')
              .map(each => each.trim())
              .filter(each => each !== '')
            const parsed = Variable.safeParse({ ...variable, values })
            return parsed.success ? parsed.data : null
          }}
          onValue={onVariable}
        />
      )}
      <button type="button" className="btn" onClick={props.onRemove}>
        {t($ => $.own.remove)}
      </button>
    </fieldset>
  )
}
