import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { type Routing, type Rule, ruleKey } from '#shared/config/intents/rules.ts'
import { Kind } from '#web/config/Kind.tsx'
import { useRuleText } from './rule-text.ts'

/** Which rule the task is about: one of those there are, or a new one. */
export function RulePicker(props: { routing: Routing; rule: Rule; onRule: (key: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const say = useRuleText()
  const { rule } = props
  const all = [...props.routing.rules, ...props.routing.fresh]
  const objects = new Set(all.map(({ object }) => `${object.kind} ${object.name}`))
  return (
    <div className="intent-rule">
      <label htmlFor={`${id}rule`}>{t($ => $.intents.rule)}</label>
      {all.length === 1 ? (
        <output id={`${id}rule`}>{say(rule)}</output>
      ) : (
        <select
          id={`${id}rule`}
          className="field"
          value={ruleKey(rule)}
          onChange={event => props.onRule(event.target.value)}
        >
          {all.map(each => (
            <option key={ruleKey(each)} value={ruleKey(each)}>
              {objects.size > 1 && !each.isNew ? `${each.object.name}: ` : ''}
              {say(each)}
            </option>
          ))}
        </select>
      )}
      <span className="t3 s12 cut">
        <Kind of={rule.object} />{' '}
        <span className="mono">
          {rule.object.namespace}/{rule.object.name}
        </span>
      </span>
    </div>
  )
}
