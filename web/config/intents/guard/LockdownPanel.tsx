import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import { type Lockdown, lockdown, lockdownView } from '#shared/config/intents/lockdown.ts'
import { seenCallers } from '#shared/config/intents/lockdown-callers.ts'
import { Part, Problems } from '#web/config/intents/Fields.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import '#web/config/intents/traffic/traffic.css'
import './guard.css'

export const lockdownTask = taskOf(lockdown, LockdownPanel)

function LockdownPanel({ scene, target, model, problems, onModel }: PanelProps<Lockdown>): ReactNode {
  const { t } = useTranslation('config')
  const view = lockdownView(scene, target)
  if (isProblem(view)) return null
  const { namespace } = target
  const seen = seenCallers(scene, view)
  const accounts = scene.inventory.serviceAccounts
    .filter(each => each.namespace !== namespace)
    .map(each => `${each.namespace}/${each.name}`)
  const others = model.namespaces.filter(name => name !== namespace)
  const isOpen = model.namespaces.includes(namespace)
  return (
    <>
      <section className="task-part">
        <label className="task-toggle">
          <input
            type="checkbox"
            checked={model.isOn}
            onChange={event => onModel({ ...model, isOn: event.target.checked })}
          />
          <span className="med">{t($ => $.guards.lockdown.on)}</span>
          <span className="t3 s12">{t($ => $.guards.lockdown.onHelp)}</span>
        </label>
      </section>
      {!model.isOn ? (
        <p className="t2">{t($ => $.guards.lockdown.off)}</p>
      ) : (
        <>
          <section className="task-part">
            <label className="task-toggle">
              <input
                type="checkbox"
                checked={isOpen}
                onChange={event =>
                  onModel({ ...model, namespaces: event.target.checked ? [namespace, ...others] : others })
                }
              />
              <span className="med">{t($ => $.guards.lockdown.own, { namespace })}</span>
              <span className="t3 s12">{t($ => $.guards.lockdown.ownHelp)}</span>
            </label>
          </section>
          <Chosen
            label={t($ => $.guards.lockdown.callers)}
            help={t($ => $.guards.lockdown.callersHelp)}
            values={model.callers}
            offered={seen.filter(each => !model.callers.includes(each))}
            known={accounts}
            placeholder="pay/checkout"
            onValues={callers => onModel({ ...model, callers })}
          />
          <Problems problems={problems} of={['callers']} />
          <Chosen
            label={t($ => $.guards.lockdown.namespaces)}
            help={t($ => $.guards.lockdown.namespacesHelp)}
            values={others}
            offered={[]}
            known={scene.inventory.namespaces.map(({ name }) => name).filter(name => name !== namespace)}
            placeholder="pay"
            onValues={names => onModel({ ...model, namespaces: isOpen ? [namespace, ...names] : names })}
          />
          <Problems problems={problems} of={['namespaces']} />
          <Part
            label={t($ => $.guards.lockdown.scrape)}
            help={t($ => $.guards.lockdown.scrapeHelp)}
            isOn={model.scrape.length > 0}
            onToggle={isOn => onModel({ ...model, scrape: isOn ? [{ ports: [9090], path: '' }] : [] })}
          >
            {model.scrape.map(({ ports, path }, index) => {
              const set = (patch: Partial<Lockdown['scrape'][number]>) =>
                onModel({
                  ...model,
                  scrape: model.scrape.map((each, at) => (at === index ? { ...each, ...patch } : each)),
                })
              return (
                <div key={index} className="guard-scrape">
                  <Chosen
                    label={t($ => $.guards.port)}
                    values={ports.map(String)}
                    offered={[]}
                    known={[]}
                    placeholder="9090"
                    onValues={values => set({ ports: values.map(Number) })}
                  />
                  <label className="task-field">
                    {t($ => $.guards.lockdown.path)}
                    <span className="field">
                      <input
                        className="mono"
                        value={path}
                        placeholder="/metrics"
                        spellCheck={false}
                        onChange={event => set({ path: event.target.value })}
                      />
                    </span>
                  </label>
                  <Problems problems={problems} of={[`scrape.${index}.ports`, `scrape.${index}.path`]} />
                </div>
              )
            })}
          </Part>
        </>
      )}
    </>
  )
}

/** A few names, each of which can be taken away; offered ones are added by one press, others are typed. */
function Chosen(props: {
  label: string
  help?: string
  values: readonly string[]
  offered: readonly string[]
  known: readonly string[]
  placeholder: string
  onValues: (values: string[]) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const [text, setText] = useState('')
  const add = (value: string) => {
    const name = value.trim()
    if (name !== '' && !props.values.includes(name)) props.onValues([...props.values, name])
    setText('')
  }
  return (
    <fieldset className="task-part">
      <legend className="med">{props.label}</legend>
      {props.help !== undefined && <p className="t3 s12">{props.help}</p>}
      <ul className="guard-chosen">
        {props.values.map(value => (
          <li key={value} className="pill mono">
            {value}
            <button
              type="button"
              className="btn ghost icon"
              aria-label={t($ => $.guards.remove, { what: value })}
              onClick={() => props.onValues(props.values.filter(each => each !== value))}
            >
              <Icon name="close" small />
            </button>
          </li>
        ))}
        {props.offered.map(value => (
          <li key={value}>
            <button type="button" className="btn" onClick={() => add(value)}>
              <Icon name="plus" small />
              <span className="mono">{value}</span>
              <span className="t3">{t($ => $.guards.lockdown.seen)}</span>
            </button>
          </li>
        ))}
        <li>
          <span className="field">
            <input
              className="mono"
              aria-label={t($ => $.guards.add, { what: props.label })}
              placeholder={props.placeholder}
              list={`${id}known`}
              value={text}
              spellCheck={false}
              autoComplete="off"
              maxLength={512}
              onChange={event =>
                props.known.includes(event.target.value) ? add(event.target.value) : setText(event.target.value)
              }
              onBlur={() => add(text)}
              onKeyDown={event => {
                if (event.key !== 'Enter') return
                event.preventDefault()
                add(text)
              }}
            />
          </span>
          <datalist id={`${id}known`}>
            {props.known.slice(0, 2000).map(each => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </datalist>
        </li>
      </ul>
    </fieldset>
  )
}
