import type { Attribute } from '#shared/mesh/span.ts'

/** Reading what a store of traces said, of which nothing is certain: what is not there is empty, never an exception. */

export type Fields = Record<string, unknown>

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A number, or one written as a text (64-bit integers are). */
export function number(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.trim() === '') return null
  const read = Number(value)
  return Number.isFinite(read) ? read : null
}

/** Nanoseconds since the epoch (a text: they are beyond what a number holds) in whole microseconds. */
export function microsecondsOf(nanoseconds: unknown): number | null {
  if (typeof nanoseconds === 'number') return Number.isFinite(nanoseconds) ? Math.floor(nanoseconds / 1000) : null
  if (typeof nanoseconds !== 'string' || !/^-?\d{1,30}$/.test(nanoseconds)) return null
  return Number(BigInt(nanoseconds) / 1000n)
}

/** Ids are hexadecimal; protobuf's own JSON writes them in base64. Leading zeros say nothing. */
export function idOf(value: unknown): string {
  const given = text(value)
  if (/^[0-9a-f]+$/i.test(given)) return given.toLowerCase()
  if (given === '' || !/^[\w+/-]+={0,2}$/.test(given)) return given
  return Buffer.from(given, 'base64').toString('hex')
}

/** A whole number stays one where it is exact, else it stays a text. */
const exact = (value: string): string | number => {
  const read = Number(value)
  return Number.isSafeInteger(read) && String(read) === value ? read : value
}

/** An attribute of OTLP's JSON. */
export function otlpAttribute(given: unknown): Attribute {
  const { key, value } = fields(given)
  return { key: text(key), value: otlpValue(fields(value)) }
}

function otlpValue(value: Fields): Attribute['value'] {
  const { stringValue, boolValue, intValue, doubleValue } = value
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  if (typeof intValue === 'string') return exact(intValue)
  if (typeof intValue === 'number') return intValue
  if (typeof doubleValue === 'number') return doubleValue
  if (typeof doubleValue === 'string') return doubleValue
  // Lists, maps, bytes: as they were written.
  const [only] = Object.values(value)
  return only === undefined ? '' : JSON.stringify(only)
}

/** A tag of Jaeger's older JSON: `{key, type, value}`. */
export function jaegerTag(given: unknown): Attribute {
  const { key, type, value } = fields(given)
  if (typeof value === 'string') return { key: text(key), value: type === 'int64' ? exact(value) : value }
  if (typeof value === 'number' || typeof value === 'boolean') return { key: text(key), value }
  return { key: text(key), value: value === undefined || value === null ? '' : JSON.stringify(value) }
}
