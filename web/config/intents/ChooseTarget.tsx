import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Intent, Scene, Target } from '#shared/config/intents/intent.ts'

/** A task that was opened without saying of what. */
export function ChooseTarget(props: {
  on: Intent<unknown>['on']
  scene: Scene
  target: Target
  onTarget: (patch: Partial<Target>) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const { inventory } = props.scene
  const isService = props.on.includes('service')
  const { namespace } = props.target
  const [text, setText] = useState(isService && namespace !== '' ? `${namespace}/` : namespace)
  const choices = isService
    ? inventory.services.map(each => `${each.namespace}/${each.name}`)
    : inventory.namespaces.map(({ name }) => name)
  const isKnown = choices.includes(text)
  return (
    <form
      className="edit-choose card"
      onSubmit={event => {
        event.preventDefault()
        const [place = '', service = ''] = text.split('/')
        if (isKnown) props.onTarget(isService ? { namespace: place, service } : { namespace: place })
      }}
    >
      <label htmlFor={`${id}of`}>
        {t($ => (isService ? $.intents.service : $.editor.namespace))}
        <span className="field">
          <input
            id={`${id}of`}
            list={`${id}all`}
            value={text}
            required
            autoComplete="off"
            spellCheck={false}
            onChange={event => setText(event.target.value)}
          />
        </span>
        <datalist id={`${id}all`}>
          {choices.slice(0, 5000).map(each => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </datalist>
      </label>
      <div className="row acts">
        <button type="submit" className="btn lg primary" disabled={!isKnown}>
          {t($ => $.editor.start)}
        </button>
        {text !== '' && !isKnown && <span className="t2 s12">{t($ => $.intents.choose)}</span>}
      </div>
    </form>
  )
}
