import type { DurationField, NumberField, TextField } from './form.ts'

/** Fields a person writes one text into. */
export type EntryField<Texts> = TextField<Texts> | NumberField<Texts> | DurationField<Texts>

/** Why a text cannot be written: said in the reader's language by whoever shows it. */
export interface EntryProblem {
  code: 'number' | 'whole' | 'range' | 'duration' | 'line'
  detail: string
}

export const isProblem = (parsed: unknown): parsed is { problem: EntryProblem } =>
  typeof parsed === 'object' && parsed !== null && 'problem' in parsed

/** The text a control shows for a value that fits. `parse` of it gives the value again. */
export function print<Texts>(field: EntryField<Texts>, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') return JSON.stringify(value)
  const isAmbiguous = field.type === 'text' && field.isNumberToo === true && (looksWhole(value) || isQuoted(value))
  return isAmbiguous ? `"${value}"` : value
}

/** What a text stands for; undefined: the field goes. */
export function parse<Texts>(field: EntryField<Texts>, entry: string): { value: unknown } | { problem: EntryProblem } {
  if (field.type === 'text') return parseText(field, entry)
  const text = entry.trim()
  if (text === '') return { value: undefined }
  return field.type === 'number' ? parseNumber(field, text) : parseDuration(field, text)
}

function parseText<Texts>(field: TextField<Texts>, entry: string): { value: unknown } | { problem: EntryProblem } {
  if (field.isLong !== true && /[\n\r]/.test(entry)) return { problem: { code: 'line', detail: '' } }
  if (entry === '') return { value: field.isEmptyKept === true ? '' : undefined }
  if (field.isNumberToo === true) {
    if (isQuoted(entry)) return { value: entry.slice(1, -1) }
    if (looksWhole(entry)) return { value: Number(entry) }
  }
  return { value: entry }
}

/** As JavaScript prints whole numbers, so that every text has one meaning. */
const looksWhole = (text: string): boolean =>
  /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) && String(Number(text)) === text
const isQuoted = (text: string): boolean => text.length >= 2 && text.startsWith('"') && text.endsWith('"')

function parseNumber<Texts>(
  { isFraction = false, min, max }: NumberField<Texts>,
  text: string,
): { value: number } | { problem: EntryProblem } {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
  if (!Number.isFinite(value)) return { problem: { code: 'number', detail: text } }
  if (!isFraction && !Number.isSafeInteger(value)) return { problem: { code: 'whole', detail: text } }
  const isWithin = (min === undefined || value >= min) && (max === undefined || value <= max)
  return isWithin ? { value } : { problem: { code: 'range', detail: `${min ?? '…'} – ${max ?? '…'}` } }
}

/**
 * Istio's are protobuf's JSON as istiod reads it from Kubernetes, which takes Go's durations (`1h30m`, `1.5s`).
 * Gateway API (GEP-2257): up to four whole numbers of at most five digits, each with h, m, s or ms.
 */
const grammars = {
  istio: /^([+-]?(\d+\.?\d*|\.\d+)(h|m|s|ms|us|µs|ns))+$/,
  'gateway-api': /^(\d{1,5}(h|m|s|ms)){1,4}$/,
} as const

function parseDuration<Texts>(
  { grammar }: DurationField<Texts>,
  text: string,
): { value: string } | { problem: EntryProblem } {
  return grammars[grammar].test(text) ? { value: text } : { problem: { code: 'duration', detail: text } }
}

/** What is wrong with a value that stands there already: it is shown, and left alone until a hand changes it. */
export function troubleOf<Texts>(field: EntryField<Texts>, value: unknown): EntryProblem | null {
  if (value === undefined || value === null) return null
  const parsed = parse(field, print(field, value))
  return isProblem(parsed) ? parsed.problem : null
}
