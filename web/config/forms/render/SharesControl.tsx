import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Shown } from '#web/config/forms/engine.ts'
import { setShare, sharesOf } from '#web/config/forms/engine-shares.ts'
import type { SharesField } from '#web/config/forms/form.ts'
import { useForm } from './context.ts'
import { FieldBox } from './FieldBox.tsx'

/** Parts of a hundred over the entries of a list: what one gets, the others give. */
export function SharesControl({ shown }: { shown: Shown<never, SharesField<never>> }): ReactNode {
  const { t } = useTranslation('config')
  const { act, isLocked } = useForm()
  const shares = sharesOf(shown)
  // From where the hand took hold: proportions are lost where others are at nothing.
  const held = useRef<Shown<never, SharesField<never>> | null>(null)
  const entries: unknown[] = Array.isArray(shown.value) ? shown.value : []
  if (entries.length < 2) return null
  const move = (index: number, to: number) => {
    const from = held.current
    const isHeld = from !== null && Array.isArray(from.value) && from.value.length === entries.length
    const parts = isHeld ? { ...from, around: shown.around } : shown
    act(isHeld ? betweenWeights(parts, shown, index, to) : setShare(shown, index, to))
  }
  return (
    <FieldBox shown={shown} isGroup>
      {ids => (
        <div className="f-shares" role="group" aria-labelledby={ids.label} aria-describedby={ids.describedBy}>
          {entries.map((entry, index) => (
            <label key={index} className="f-share">
              <span className="mono cut">{shown.field.name(entry)}</span>
              <input
                type="range"
                min={0}
                max={100}
                value={shares[index] ?? 0}
                disabled={isLocked}
                aria-valuetext={t($ => $.form.share, { share: shares[index] ?? 0 })}
                onPointerDown={() => {
                  held.current = shown
                }}
                onPointerUp={() => {
                  held.current = null
                }}
                onChange={event => move(index, Number(event.target.value))}
              />
              <span className="num">{shares[index]} %</span>
            </label>
          ))}
        </div>
      )}
    </FieldBox>
  )
}

/** What leads from what is written now to what the hand has made of what it took hold of. */
function betweenWeights(
  held: Shown<never, SharesField<never>>,
  now: Shown<never, SharesField<never>>,
  index: number,
  to: number,
) {
  const { weight } = now.field
  const wanted = setShare(held, index, to)
  const heldEntries = held.value as Record<string, unknown>[]
  const nowEntries = now.value as Record<string, unknown>[]
  return nowEntries.flatMap((entry, at) => {
    const edit = wanted.find(({ path }) => path.at(-2) === at)
    const value = edit === undefined ? heldEntries[at]?.[weight] : edit.value
    return value === undefined || entry[weight] === value
      ? []
      : [{ op: 'set' as const, path: [...now.path, at, weight], value }]
  })
}
