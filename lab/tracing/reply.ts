import { parseGoDuration } from './go-duration.ts'
import type { TraceStore } from './store.ts'

/** What a read of the API needs, whichever version. */
export interface Read {
  path: string
  params: URLSearchParams
  store: TraceStore
  /** Milliseconds since the epoch. */
  now: number
}

export interface Reply {
  status: number
  body: unknown
}

/** The caller's mistake, with the words that go on the wire. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Ids may be written without their leading zeros. */
export function traceIdOf(text: string): string {
  if (!/^[0-9a-fA-F]{1,32}$/.test(text)) throw new Refusal(400, `malformed trace ID: ${JSON.stringify(text)}`)
  return text.toLowerCase().padStart(32, '0')
}

/** Microseconds; undefined where the parameter is absent. */
export function durationParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name)
  if (text === null || text === '') return undefined
  const duration = parseGoDuration(text)
  if (duration === null)
    throw new Refusal(400, `unable to parse param '${name}': time: invalid duration ${JSON.stringify(text)}`)
  return duration
}

/** A whole number ≥ 0, or what it is when absent. */
export function numberParam(params: URLSearchParams, name: string, absent: number): number {
  const text = params.get(name)
  if (text === null || text === '') return absent
  if (!/^\d{1,19}$/.test(text))
    throw new Refusal(
      400,
      `unable to parse param '${name}': strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

/** A JSON map from text to text. */
export function mapParam(text: string, name: string): Record<string, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refusal(400, `malformed '${name}' parameter, cannot unmarshal JSON: ${text}`)
  }
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null
  if (entries === null || entries.some(([, item]) => typeof item !== 'string'))
    throw new Refusal(400, `malformed '${name}' parameter, cannot unmarshal JSON: ${text}`)
  return Object.fromEntries(entries) as Record<string, string>
}
