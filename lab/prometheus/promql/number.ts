/** Numbers and durations as Go writes and reads them. */

/** `strconv.FormatFloat(value, 'f', -1, 64)`: shortest digits, never an exponent. */
export function formatPlain(value: number): string {
  if (!Number.isFinite(value)) return special(value)
  const text = Object.is(value, -0) ? '-0' : String(value)
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign + digits.padEnd(point, '0').slice(0, point) + (digits.length > point ? `.${digits.slice(point)}` : '')
}

/** A sample's value in the HTTP API: plain, but with an exponent below 1e-6 and from 1e21 on, where JavaScript has one too. */
export function formatSample(value: number): string {
  if (!Number.isFinite(value)) return special(value)
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

const special = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')

/** `strconv.ParseFloat`; undefined where Go reports an error. */
export function parseGoFloat(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? value : undefined
  }
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^nan$/i.test(text)) return Number.NaN
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)$/i.exec(text)
  if (!hex || `${hex[2]}${hex[3]}` === '') return undefined
  const mantissa = Number.parseInt(`${hex[2]}${hex[3]}`, 16) * 2 ** (-4 * (hex[3] ?? '').length)
  return (hex[1] === '-' ? -1 : 1) * mantissa * 2 ** Number(hex[4])
}

/** A number written in a query: Go's integer prefixes (0x, and 0 for octal) before decimal floats. */
export function parseNumberLiteral(text: string): number | undefined {
  if (/^(?:inf|nan)$/i.test(text)) return parseGoFloat(text)
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8)
  return parseGoFloat(text)
}

const units = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const
const durationPattern = new RegExp(`^${units.map(([unit]) => `(?:(\\d+)${unit})?`).join('')}$`)
/** Go keeps durations as 64 bits of nanoseconds. */
const maxDuration = 2 ** 63 / 1e6

/** Milliseconds of `1h30m`; the reason where Prometheus would refuse it. */
export function parseDuration(text: string): number | { reason: string } {
  if (text === '0') return 0
  const parts = text === '' ? null : durationPattern.exec(text)
  if (!parts) return { reason: text === '' ? 'empty duration string' : `not a valid duration string: "${text}"` }
  const total = units.reduce((sum, [, length], index) => sum + Number(parts[index + 1] ?? 0) * length, 0)
  return total < maxDuration ? total : { reason: 'duration out of range' }
}
