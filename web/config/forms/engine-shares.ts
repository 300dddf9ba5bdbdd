import type { Edit } from '#shared/config/finding.ts'
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

/** What they come to, in whole parts of a hundred. The only one gets everything. */
export function sharesOf<Texts>(shown: Shown<Texts, SharesField<Texts>>): number[] {
  const weights = weightsOf(shown).map(weight => weight ?? shown.field.absent)
  return weights.length === 1 ? [100] : inHundred(weights)
}

/** One of them is moved: the others give or take in proportion, and all stay a hundred. */
export function setShare<Texts>(shown: Shown<Texts, SharesField<Texts>>, index: number, to: number): Edit[] {
  const shares = sharesOf(shown)
  if (shares.length < 2 || shares[index] === undefined) return []
  const share = Math.min(100, Math.max(0, Math.round(to)))
  if (share === shares[index]) return []
  const others = shares.filter((_, at) => at !== index)
  const rest = inHundred(others.every(each => each === 0) ? others.map(() => 1) : others, 100 - share)
  return setWeights(shown, rest.toSpliced(index, 0, share))
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

/** In proportion, in whole numbers that make the total: what is left over goes to the largest remainders. */
function inHundred(weights: readonly number[], total = 100): number[] {
  const positive = weights.map(weight => Math.max(0, weight))
  const sum = positive.reduce((all, weight) => all + weight, 0)
  if (sum === 0) return positive.map(() => 0)
  const exact = positive.map(weight => (weight / sum) * total)
  const whole = exact.map(Math.floor)
  const left = total - whole.reduce((all, each) => all + each, 0)
  const byRemainder = exact
    .map((each, index) => [each - Math.floor(each), index] as const)
    .toSorted((a, b) => b[0] - a[0])
  for (const [, index] of byRemainder.slice(0, left)) whole[index] = (whole[index] ?? 0) + 1
  return whole
}
