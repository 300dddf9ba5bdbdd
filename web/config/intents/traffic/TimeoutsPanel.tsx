import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import { type Timeouts, timeouts } from '#shared/config/intents/timeouts.ts'
import { ruleView } from '#shared/config/intents/view.ts'
import { milliseconds } from '#shared/config/analyze/weft/retries.ts'
import { NumberField, Problems, TextField } from '#web/config/intents/Fields.tsx'
import { RulePicker } from '#web/config/intents/RulePicker.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { Timeline } from './Timeline.tsx'
import './traffic.css'

export const timeoutsTask = taskOf(timeouts, TimeoutsPanel)

/** Istio docs, HTTPRetry: what Envoy knows to try again for; the usual ones. */
const retryOns = [
  'connect-failure,refused-stream,unavailable,cancelled',
  'connect-failure,refused-stream,unavailable,cancelled,503',
  '5xx',
  'gateway-error,connect-failure,refused-stream',
  'reset,retriable-4xx',
]

function TimeoutsPanel({ scene, target, model, problems, onModel, onTarget }: PanelProps<Timeouts>): ReactNode {
  const { t } = useTranslation('config')
  const view = ruleView(scene, target)
  if (isProblem(view)) return null
  const { rule, routing } = view
  const isIstio = rule.api === 'istio'
  // Retries of a Gateway API route are of its experimental channel: shown where the route has them.
  const hasRetries = isIstio || rule.rule['retry'] !== undefined
  const set = (patch: Partial<Timeouts>) => onModel({ ...model, ...patch })
  return (
    <>
      <RulePicker routing={routing} rule={rule} onRule={key => onTarget({ rule: key })} />
      <Problems problems={problems} of={['rule']} />
      <Timeline
        timeout={milliseconds(model.timeout)}
        perTry={milliseconds(model.perTry)}
        tries={1 + (model.attempts ?? (isIstio ? 2 : 0))}
      />
      <div className="task-fields">
        <TextField
          label={t($ => $.intents.timeouts.timeout)}
          help={t($ => $.intents.timeouts.timeoutHelp)}
          field="timeout"
          problems={problems}
          value={model.timeout}
          placeholder={t($ => $.intents.timeouts.none)}
          onChange={timeout => set({ timeout })}
        />
        {hasRetries && (
          <NumberField
            label={t($ => $.intents.timeouts.attempts)}
            help={t($ => (isIstio ? $.intents.timeouts.attemptsHelp : $.intents.timeouts.attemptsGateway))}
            field="attempts"
            problems={problems}
            value={model.attempts}
            placeholder={isIstio ? '2' : '0'}
            onChange={attempts => set({ attempts })}
          />
        )}
        <TextField
          label={t($ => $.intents.timeouts.perTry)}
          help={t($ => $.intents.timeouts.perTryHelp)}
          field="perTry"
          problems={problems}
          value={model.perTry}
          placeholder={t($ => $.intents.timeouts.perTryNone)}
          onChange={perTry => set({ perTry })}
        />
        {hasRetries && (
          <TextField
            label={t($ => $.intents.timeouts.retryOn)}
            help={t($ => (isIstio ? $.intents.timeouts.retryOnHelp : $.intents.timeouts.codesHelp))}
            field="retryOn"
            problems={problems}
            value={model.retryOn}
            {...(isIstio ? { choices: retryOns } : {})}
            placeholder={isIstio ? 'connect-failure,refused-stream,unavailable,cancelled' : '503'}
            onChange={retryOn => set({ retryOn })}
          />
        )}
      </div>
      {!isIstio && <p className="t3 s12">{t($ => $.intents.timeouts.gatewayRetries)}</p>}
    </>
  )
}
