import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Variable, variableName } from '#shared/metrics/own/dashboard.ts'
import { variableOf } from './draft.ts'

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
        name={t($ => $.own.variableName)}
        text={variable.name}
        take={name => (variableName.test(name) ? { ...variable, name } : null)}
        onVariable={onVariable}
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
            isWide
            name={t($ => $.own.of)}
            text={variable.series}
            take={series => (series === '' ? null : { ...variable, series })}
            onVariable={onVariable}
          />
          <Typed
            name={t($ => $.own.label)}
            text={variable.label}
            take={text => (label.test(text) ? { ...variable, label: text } : null)}
            onVariable={onVariable}
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
          onVariable={onVariable}
        />
      )}
      <button type="button" className="btn" onClick={props.onRemove}>
        {t($ => $.own.remove)}
      </button>
    </fieldset>
  )
}

/** A field that keeps what is typed while it is no value yet, and tells it as soon as it is one. */
function Typed(props: {
  name: string
  text: string
  isWide?: boolean
  take: (text: string) => Variable | null
  onVariable: (variable: Variable) => void
}): ReactNode {
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? props.text
  const isWrong = typed !== null && props.take(typed) === null
  return (
    <label className={props.isWide === true ? 'own-labelled grow' : 'own-labelled'}>
      <span>{props.name}</span>
      <input
        className="field mono"
        value={shown}
        spellCheck={false}
        aria-invalid={isWrong}
        onChange={event => {
          setTyped(event.target.value)
          const taken = props.take(event.target.value)
          if (taken !== null) props.onVariable(taken)
        }}
        onBlur={() => setTyped(null)}
      />
    </label>
  )
}
