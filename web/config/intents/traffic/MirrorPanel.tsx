import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '#shared/config/intents/intent.ts'
import { mirror, type Mirroring } from '#shared/config/intents/mirror.ts'
import { placesView } from '#shared/config/intents/view.ts'
import { ChoiceField, NumberField, Problems } from '#web/config/intents/Fields.tsx'
import { RulePicker } from '#web/config/intents/RulePicker.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { rate } from '#web/ui/format.ts'
import { usePlaceText } from './place-text.ts'
import './traffic.css'

export const mirrorTask = taskOf(mirror, MirrorPanel)

const nowhere = ''

function MirrorPanel({ scene, target, model, problems, onModel, onTarget, traffic }: PanelProps<Mirroring>): ReactNode {
  const { t } = useTranslation('config')
  const sayPlace = usePlaceText()
  const view = placesView(scene, target)
  if (isProblem(view)) return null
  const { to, percent } = model
  const copied = traffic === null ? 0 : (traffic.requestRate * percent) / 100
  return (
    <>
      <RulePicker routing={view.routing} rule={view.rule} onRule={key => onTarget({ rule: key })} />
      <Problems problems={problems} of={['rule']} />
      <div className="task-fields">
        <ChoiceField
          label={t($ => $.intents.mirror.to)}
          help={t($ => $.intents.mirror.toHelp)}
          field="to"
          problems={problems}
          value={to ?? nowhere}
          options={[
            { value: nowhere, label: t($ => $.intents.mirror.nowhere) },
            ...view.places.map(place => ({ value: place.id, label: sayPlace(place) })),
            ...(to === null || view.places.some(({ id }) => id === to) ? [] : [{ value: to, label: to }]),
          ]}
          onChange={id =>
            onModel({ ...model, to: id === nowhere ? null : id, percent: id === nowhere ? 100 : percent })
          }
        />
        {to !== null && (
          <NumberField
            label={t($ => $.intents.mirror.percent)}
            help={
              copied > 0
                ? t($ => $.intents.mirror.rate, { rate: rate(copied, 'req') })
                : t($ => $.intents.mirror.percentHelp)
            }
            field="percent"
            problems={problems}
            value={percent}
            unit="%"
            max={100}
            step="any"
            onChange={part => onModel({ ...model, percent: part ?? 0 })}
          />
        )}
      </div>
    </>
  )
}
