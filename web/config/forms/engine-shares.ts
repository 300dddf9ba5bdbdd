import type { Edit } from '#shared/config/finding.ts'
import { inHundred, moveShare } from '#shared/config/intents/shares.ts'
import { isRecord, type Shown } from './engine.ts'
import type { SharesField } from './form.ts'

/** Weights as they are written; an entry may say none. */
export function weightsOf<Texts>({ field, value }: Shown<Texts, SharesField<Texts>>): (number | undefined)[] {
  const entries: unknown[] = Array.isArray(value) ? value : []
  return entries.map(entry => {
    const weight = isRecord(entry) ? entry[field.weight] : undefined
    return typeof weight === 'number' ? weight : undefined
  })
}

/** What they come to, in whole parts of a hundred. */
export function sharesOf<Texts>(shown: Shown<Texts, SharesField<Texts>>): number[] {
  const weights = weightsOf(shown).map(weight => weight ?? shown.field.absent)
  return inHundred(weights)
}

/** One of them is moved: the others give or take in proportion, and all stay a hundred. */
export function setShare<Texts>(shown: Shown<Texts, SharesField<Texts>>, index: number, to: number): Edit[] {
  const shares = sharesOf(shown)
  if (shares.length < 2 || shares[index] === undefined || shares[index] === Math.round(to)) return []
  const moved = moveShare(
    shares.map(part => ({ part })),
    index,
    to,
  )
  return setWeights(
    shown,
    moved.map(({ part }) => part),
  )
}

export function setWeights<Texts>(
  shown: Shown<Texts, SharesField<Texts>>,
  weights: readonly (number | undefined)[],
): Edit[] {
  if (shown.state === 'otherwise') return []
  const { field, path } = shown
  return weightsOf(shown).flatMap((weight, index): Edit[] => {
    const wanted = weights[index]
    if (wanted === weight) return []
    const at = [...path, index, field.weight]
    return wanted === undefined ? [{ op: 'remove', path: at }] : [{ op: 'set', path: at, value: wanted }]
  })
}
