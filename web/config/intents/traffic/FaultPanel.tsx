import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Fault, fault, grpcCodes } from '#shared/config/intents/fault.ts'
import { isProblem } from '#shared/config/intents/intent.ts'
import { ruleView } from '#shared/config/intents/view.ts'
import { ChoiceField, NumberField, Part, Problems, TextField } from '#web/config/intents/Fields.tsx'
import { RulePicker } from '#web/config/intents/RulePicker.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { rate } from '#web/ui/format.ts'
import './traffic.css'

export const faultTask = taskOf(fault, FaultPanel)

function FaultPanel({ scene, target, model, problems, onModel, onTarget, traffic }: PanelProps<Fault>): ReactNode {
  const { t } = useTranslation('config')
  const view = ruleView(scene, target)
  if (isProblem(view)) return null
  const { delay, abort } = model
  const share = (percent: number) =>
    traffic === null || traffic.requestRate === 0
      ? t($ => $.intents.fault.percentHelp)
      : t($ => $.intents.fault.percentOf, { rate: rate((traffic.requestRate * percent) / 100, 'req') })
  const setDelay = (patch: Partial<NonNullable<Fault['delay']>>) =>
    onModel({ ...model, delay: { percent: 10, duration: '2s', ...delay, ...patch } })
  const setAbort = (patch: Partial<NonNullable<Fault['abort']>>) =>
    onModel({ ...model, abort: { percent: 10, as: 'http', status: '503', ...abort, ...patch } })
  return (
    <>
      <RulePicker routing={view.routing} rule={view.rule} onRule={key => onTarget({ rule: key })} />
      <Problems problems={problems} of={['rule']} />
      <Part
        label={t($ => $.intents.fault.delay)}
        help={t($ => $.intents.fault.delayHelp)}
        isOn={delay !== null}
        onToggle={isOn => (isOn ? setDelay({}) : onModel({ ...model, delay: null }))}
      >
        <TextField
          label={t($ => $.intents.fault.duration)}
          help={t($ => $.intents.fault.durationHelp)}
          field="delay.duration"
          problems={problems}
          value={delay?.duration ?? ''}
          onChange={duration => setDelay({ duration })}
        />
        <NumberField
          label={t($ => $.intents.fault.percent)}
          help={share(delay?.percent ?? 0)}
          field="delay.percent"
          problems={problems}
          value={delay?.percent ?? null}
          unit="%"
          max={100}
          step="any"
          onChange={percent => setDelay({ percent: percent ?? 0 })}
        />
      </Part>
      <Part
        label={t($ => $.intents.fault.abort)}
        help={t($ => $.intents.fault.abortHelp)}
        isOn={abort !== null}
        onToggle={isOn => (isOn ? setAbort({}) : onModel({ ...model, abort: null }))}
      >
        <ChoiceField
          label={t($ => $.intents.fault.as)}
          help={t($ => $.intents.fault.asHelp)}
          field="abort.as"
          problems={problems}
          value={abort?.as ?? 'http'}
          options={[
            { value: 'http', label: 'HTTP' },
            { value: 'grpc', label: 'gRPC' },
          ]}
          onChange={as => setAbort({ as, status: as === 'http' ? '503' : 'UNAVAILABLE' })}
        />
        <TextField
          label={t($ => $.intents.fault.status)}
          field="abort.status"
          problems={problems}
          value={abort?.status ?? ''}
          choices={abort?.as === 'grpc' ? grpcCodes : ['400', '403', '404', '429', '500', '502', '503', '504']}
          onChange={status => setAbort({ status })}
        />
        <NumberField
          label={t($ => $.intents.fault.percent)}
          help={share(abort?.percent ?? 0)}
          field="abort.percent"
          problems={problems}
          value={abort?.percent ?? null}
          unit="%"
          max={100}
          step="any"
          onChange={percent => setAbort({ percent: percent ?? 0 })}
        />
      </Part>
    </>
  )
}
