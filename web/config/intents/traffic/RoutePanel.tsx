import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import { askedRule, type Condition, hows, route, type Routed } from '#shared/config/intents/route.ts'
import { ruleKey } from '#shared/config/intents/rules.ts'
import { placesView } from '#shared/config/intents/view.ts'
import { ChoiceField, Problems } from '#web/config/intents/Fields.tsx'
import { useRuleText } from '#web/config/intents/rule-text.ts'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { usePlaceText } from './place-text.ts'
import './traffic.css'

export const routeTask = taskOf(route, RoutePanel)

const asShared = ''

function RoutePanel({ scene, target, model, problems, onModel, onTarget }: PanelProps<Routed>): ReactNode {
  const { t } = useTranslation('config')
  const sayRule = useRuleText()
  const sayPlace = usePlaceText()
  const id = useId()
  const view = placesView(scene, target)
  if (isProblem(view)) return null
  const rule = askedRule(view, target)
  const { api } = rule ?? view.rule
  const own = view.routing.rules.filter(({ takesAll }) => !takesAll)
  const set = (index: number, patch: Partial<Condition>) =>
    onModel({ ...model, when: model.when.map((each, at) => (at === index ? { ...each, ...patch } : each)) })
  const add = (of: Condition['of']) =>
    onModel({
      ...model,
      when: [...model.when, { of, name: '', how: of === 'path' ? 'prefix' : 'exact', value: of === 'path' ? '/' : '' }],
    })
  return (
    <>
      {own.length > 0 && (
        <div className="intent-rule">
          <label htmlFor={`${id}rule`}>{t($ => $.intents.rule)}</label>
          <select
            id={`${id}rule`}
            className="field"
            value={rule === null ? '' : ruleKey(rule)}
            onChange={event => onTarget({ rule: event.target.value === '' ? undefined : event.target.value })}
          >
            <option value="">{t($ => $.intents.rules.fresh)}</option>
            {own.map(each => (
              <option key={ruleKey(each)} value={ruleKey(each)}>
                {sayRule(each)}
              </option>
            ))}
          </select>
        </div>
      )}
      <Problems problems={problems} of={['rule']} />
      {model.isGone ? (
        <p>{t($ => $.intents.route.gone)}</p>
      ) : (
        <>
          <fieldset className="task-part">
            <legend className="med">{t($ => $.intents.route.when)}</legend>
            <ul className="conditions">
              {model.when.map((condition, index) => (
                <li key={index}>
                  <div className="condition">
                    <select
                      className="field"
                      aria-label={t($ => $.intents.route.of)}
                      value={condition.of}
                      onChange={event =>
                        set(
                          index,
                          event.target.value === 'path'
                            ? { of: 'path', name: '', how: 'prefix', value: '/' }
                            : { of: 'header', name: '', how: 'exact', value: '' },
                        )
                      }
                    >
                      <option value="header">{t($ => $.intents.route.header)}</option>
                      <option value="path">{t($ => $.intents.route.path)}</option>
                    </select>
                    {condition.of === 'header' && (
                      <span className="field">
                        <input
                          className="mono"
                          aria-label={t($ => $.intents.route.name)}
                          placeholder="end-user"
                          value={condition.name}
                          spellCheck={false}
                          onChange={event => set(index, { name: event.target.value })}
                        />
                      </span>
                    )}
                    <select
                      className="field"
                      aria-label={t($ => $.intents.route.how)}
                      value={condition.how}
                      onChange={event => {
                        const how = hows(api, condition.of).find(each => each === event.target.value)
                        if (how !== undefined) set(index, how === 'present' ? { how, value: '' } : { how })
                      }}
                    >
                      {hows(api, condition.of).map(how => (
                        <option key={how} value={how}>
                          {t($ => $.intents.route.hows[how])}
                        </option>
                      ))}
                    </select>
                    {condition.how !== 'present' && (
                      <span className="field grow">
                        <input
                          className="mono"
                          aria-label={t($ => $.intents.route.value)}
                          placeholder={condition.of === 'path' ? '/api' : 'jason'}
                          value={condition.value}
                          spellCheck={false}
                          onChange={event => set(index, { value: event.target.value })}
                        />
                      </span>
                    )}
                    <button
                      type="button"
                      className="btn ghost icon"
                      aria-label={t($ => $.intents.route.remove, { number: index + 1 })}
                      onClick={() => onModel({ ...model, when: model.when.filter((_, at) => at !== index) })}
                    >
                      <Icon name="close" />
                    </button>
                  </div>
                  <div className="wide">
                    <Problems problems={problems} of={[`when.${index}`]} />
                  </div>
                </li>
              ))}
            </ul>
            <Problems problems={problems} of={['when']} />
            <p className="row acts">
              <button type="button" className="btn" onClick={() => add('header')}>
                <Icon name="plus" small />
                {t($ => $.intents.route.header)}
              </button>
              {!model.when.some(({ of }) => of === 'path') && (
                <button type="button" className="btn" onClick={() => add('path')}>
                  <Icon name="plus" small />
                  {t($ => $.intents.route.path)}
                </button>
              )}
            </p>
          </fieldset>
          <ChoiceField
            label={t($ => $.intents.route.to)}
            help={t($ => $.intents.route.toHelp)}
            field="to"
            problems={problems}
            value={model.to ?? asShared}
            options={[
              ...(model.to === null ? [{ value: asShared, label: t($ => $.intents.route.shared) }] : []),
              ...view.places.map(place => ({ value: place.id, label: sayPlace(place) })),
            ]}
            onChange={to => onModel({ ...model, to: to === asShared ? null : to })}
          />
        </>
      )}
      {rule !== null && (
        <p className="row acts">
          <button type="button" className="btn" onClick={() => onModel({ ...model, isGone: !model.isGone })}>
            {model.isGone ? t($ => $.intents.route.keep) : t($ => $.intents.route.takeAway)}
          </button>
        </p>
      )}
    </>
  )
}
