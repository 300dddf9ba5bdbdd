import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { all } from '#shared/config/intents/destinations.ts'
import { isProblem } from '#shared/config/intents/intent.ts'
import { inHundred } from '#shared/config/intents/shares.ts'
import { type Share, type Shift, shift } from '#shared/config/intents/shift.ts'
import { placesView } from '#shared/config/intents/view.ts'
import { useProblemText } from '#web/config/intents/problem-text.ts'
import { RulePicker } from '#web/config/intents/RulePicker.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import { Picture } from './Picture.tsx'
import { Shares } from './Shares.tsx'
import './shift.css'

export const shiftTask = taskOf(shift, ShiftPanel)

/** Sliders that sum to 100, over a picture of what goes where now and then. */
function ShiftPanel({ scene, target, model, problems, onModel, onTarget, traffic }: PanelProps<Shift>): ReactNode {
  const { t } = useTranslation('config')
  const say = useProblemText()
  const view = placesView(scene, target)
  if (isProblem(view)) return null
  const { service, routing, rule, places } = view
  // Not split: versions have what their pods make of it.
  const even: Share[] = inHundred(places.map(({ version }) => version?.pods ?? 0)).map((weight, index) => ({
    id: places[index]?.id ?? '',
    weight,
  }))
  const shares = model.shares ?? even
  const set = (next: readonly Share[] | null) => onModel({ ...model, shares: next })
  return (
    <>
      <RulePicker routing={routing} rule={rule} onRule={key => onTarget({ rule: key })} />
      <Picture places={places} shares={shares} traffic={traffic} />
      <Shares service={service} places={places} shares={shares} traffic={traffic} onShares={set} />
      {problems
        .filter(({ field }) => field !== null)
        .map((problem, index) => (
          <p key={index} className="c-degraded" role="alert">
            {say(problem)}
          </p>
        ))}
      <p className="row acts">
        {model.shares === null ? (
          <span className="t2">{t($ => $.intents.shift.whole)}</span>
        ) : (
          <button type="button" className="btn" onClick={() => set(null)}>
            {t($ => $.intents.shift.wholeAct)}
          </button>
        )}
        <span className="grow" />
        <button
          type="button"
          className="btn"
          onClick={() => {
            const parts = inHundred(places.map(({ id }) => (id === all ? 0 : 1)))
            set(places.map(({ id }, index) => ({ id, weight: parts[index] ?? 0 })))
          }}
        >
          {t($ => $.intents.shift.even)}
        </button>
      </p>
    </>
  )
}
