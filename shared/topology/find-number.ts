import type { Measure } from './find-field.ts'

/** A unit and what it makes of a number, in the unit of the field: 1/s, 0–1, milliseconds, bytes per second, a count. */
interface Unit {
  text: string
  value: (number: number) => number
}

const times = (text: string, factor: number): Unit => ({ text, value: number => number * factor })

/** The first of a measure is what is meant where no unit is written; the last resort when printing, too. */
const units: Record<Measure, readonly [Unit, ...Unit[]]> = {
  rate: [times('', 1), times('/s', 1)],
  // A division: 35 * 0.01 is not 0.35.
  ratio: [times('', 1), { text: '%', value: number => number / 100 }],
  duration: [times('', 1), times('ms', 1), times('s', 1000)],
  byteRate: [
    times('', 1),
    times('B', 1),
    times('kB', 1e3),
    times('MB', 1e6),
    times('GB', 1e9),
    times('B/s', 1),
    times('kB/s', 1e3),
    times('MB/s', 1e6),
    times('GB/s', 1e9),
  ],
  count: [times('', 1)],
}

/** Units that are offered and printed. */
const spoken: Record<Measure, readonly string[]> = {
  rate: [''],
  ratio: ['%'],
  duration: ['ms', 's'],
  byteRate: ['B', 'kB', 'MB', 'GB'],
  count: [''],
}

export type ReadNumber =
  | { kind: 'number'; value: number; hasUnit: boolean }
  | { kind: 'notNumber' }
  /** `at`: where in the text the unit begins. */
  | { kind: 'notUnit'; unit: string; at: number; suggestion: string | null }

/** `250ms`, `1.5s`, `1%`, `0.01`, `2MB`: a number without sign and a unit of the measure, in any case. */
export function readNumber(text: string, measure: Measure): ReadNumber {
  const [digits] = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(text) ?? ['']
  const number = Number(digits)
  if (digits === '' || !Number.isFinite(number)) return { kind: 'notNumber' }
  const typed = text.slice(digits.length)
  const unit = unitIn(typed, measure)
  if (unit === null) return { kind: 'notUnit', unit: typed, at: digits.length, suggestion: unitLike(typed, measure) }
  const value = unit.value(number)
  return Number.isFinite(value) ? { kind: 'number', value, hasUnit: typed !== '' } : { kind: 'notNumber' }
}

/** Whether this could be a unit at all, of any measure: then it belongs to the number before it. */
export const isUnit = (text: string): boolean =>
  text !== '' && Object.keys(units).some(measure => unitIn(text, measure as Measure) !== null)

export const unitsOf = (measure: Measure): readonly string[] => spoken[measure].filter(unit => unit !== '')

/** The shortest text that is read back as exactly this number. */
export function writeNumber(value: number, measure: Measure): string {
  const texts = spoken[measure].flatMap(text => {
    const unit = unitIn(text, measure)
    if (unit === null) return []
    // 15 digits take the noise of a division away; whether they took too much is seen by reading them back.
    const number = Number((value / unit.value(1)).toPrecision(15))
    return unit.value(number) === value ? [`${number}${text}`] : []
  })
  return (
    texts.reduce<string | null>((best, each) => (best !== null && best.length <= each.length ? best : each), null) ??
    String(value)
  )
}

const unitIn = (typed: string, measure: Measure): Unit | null =>
  units[measure].find(({ text }) => text.toLowerCase() === typed.toLowerCase()) ?? null

/** `sec` → `s`, `msec` → `ms`, `k` → `kB`. */
function unitLike(typed: string, measure: Measure): string | null {
  const word = typed.toLowerCase()
  const alike = unitsOf(measure).filter(unit => {
    const known = unit.toLowerCase()
    return known.startsWith(word) || word.startsWith(known)
  })
  return alike.reduce<string | null>((best, each) => (best !== null && best.length >= each.length ? best : each), null)
}
