import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import {
  breaker,
  type Breaker,
  breakerView,
  type Ejection,
  ejectionDefaults,
  limitNames,
  policyKey,
} from '#shared/config/intents/breaker.ts'
import { isProblem } from '#shared/config/intents/intent.ts'
import { ChoiceField, NumberField, Part, TextField } from '#web/config/intents/Fields.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import './traffic.css'

export const breakerTask = taskOf(breaker, BreakerPanel)

const empty: Ejection = {
  consecutive5xxErrors: null,
  interval: '',
  baseEjectionTime: '',
  maxEjectionPercent: null,
}

function BreakerPanel({ scene, target, model, problems, onModel, onTarget }: PanelProps<Breaker>): ReactNode {
  const { t } = useTranslation('config')
  const view = breakerView(scene, target)
  if (isProblem(view)) return null
  const { limits, ejection } = model
  const set = (patch: Partial<Ejection>) => onModel({ ...model, ejection: { ...empty, ...ejection, ...patch } })
  return (
    <>
      {view.policies.length > 1 && (
        <ChoiceField
          label={t($ => $.intents.breaker.policy)}
          help={t($ => $.intents.breaker.policyHelp)}
          field="policy"
          problems={problems}
          value={policyKey(view.policy)}
          options={view.policies.map(policy => ({
            value: policyKey(policy),
            label: policy.subset ?? t($ => $.intents.breaker.all),
          }))}
          onChange={rule => onTarget({ rule })}
        />
      )}
      <fieldset className="task-part">
        <legend className="med">{t($ => $.intents.breaker.limits)}</legend>
        <p className="t3 s12">{t($ => $.intents.breaker.limitsHelp)}</p>
        <div className="task-fields two">
          {limitNames.map(name => (
            <NumberField
              key={name}
              label={t($ => $.intents.breaker.limit[name])}
              help={t($ => $.intents.breaker.limitHelp[name])}
              field={`limits.${name}`}
              problems={problems}
              value={limits[name]}
              placeholder={t($ => $.intents.breaker.unlimited)}
              onChange={value => onModel({ ...model, limits: { ...limits, [name]: value } })}
            />
          ))}
        </div>
      </fieldset>
      <Part
        label={t($ => $.intents.breaker.ejection)}
        help={t($ => $.intents.breaker.ejectionHelp)}
        isOn={ejection !== null}
        onToggle={isOn => (isOn ? set({}) : onModel({ ...model, ejection: null }))}
      >
        <NumberField
          label={t($ => $.intents.breaker.errors)}
          help={t($ => $.intents.breaker.errorsHelp)}
          field="ejection.consecutive5xxErrors"
          problems={problems}
          value={ejection?.consecutive5xxErrors ?? null}
          placeholder={String(ejectionDefaults.consecutive5xxErrors)}
          onChange={consecutive5xxErrors => set({ consecutive5xxErrors })}
        />
        <TextField
          label={t($ => $.intents.breaker.interval)}
          help={t($ => $.intents.breaker.intervalHelp)}
          field="ejection.interval"
          problems={problems}
          value={ejection?.interval ?? ''}
          placeholder={ejectionDefaults.interval}
          onChange={interval => set({ interval })}
        />
        <TextField
          label={t($ => $.intents.breaker.time)}
          help={t($ => $.intents.breaker.timeHelp)}
          field="ejection.baseEjectionTime"
          problems={problems}
          value={ejection?.baseEjectionTime ?? ''}
          placeholder={ejectionDefaults.baseEjectionTime}
          onChange={baseEjectionTime => set({ baseEjectionTime })}
        />
        <NumberField
          label={t($ => $.intents.breaker.most)}
          help={t($ => $.intents.breaker.mostHelp)}
          field="ejection.maxEjectionPercent"
          problems={problems}
          value={ejection?.maxEjectionPercent ?? null}
          placeholder={String(ejectionDefaults.maxEjectionPercent)}
          unit="%"
          max={100}
          onChange={maxEjectionPercent => set({ maxEjectionPercent })}
        />
      </Part>
    </>
  )
}
