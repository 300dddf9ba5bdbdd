import type { IncomingMessage } from 'node:http'
import { parseDuration as parsePromDuration, parseGoFloat } from '#lab/prometheus/promql/number.ts'
import { invalid } from './reply.ts'

/** Bytes of a form. Prometheus stops reading at 10 MiB as well. */
const maxBody = 10 * 1024 * 1024

export class BodyTooLarge extends Error {}

/** Parameters of the URL and, for POST, of the form in the body; the body's come first. */
export async function readParameters(request: IncomingMessage, url: URL): Promise<URLSearchParams> {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')
  if (request.method !== 'POST' || !isForm) return url.searchParams
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // Read to its end even so: who is still sending does not listen yet.
    if (size <= maxBody) chunks.push(chunk)
  }
  if (size > maxBody) throw new BodyTooLarge(`a form of more than ${maxBody} bytes`)
  const parameters = new URLSearchParams(Buffer.concat(chunks).toString())
  for (const [name, value] of url.searchParams) parameters.append(name, value)
  return parameters
}

/** Unix seconds or RFC 3339, to milliseconds; undefined where it is neither. */
export function parseTime(text: string): number | undefined {
  const seconds = parseGoFloat(text)
  if (seconds !== undefined) {
    const whole = Math.trunc(seconds)
    const milliseconds = whole * 1000 + Math.round((seconds - whole) * 1000)
    return Number.isSafeInteger(milliseconds) ? milliseconds : undefined
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(time) ? undefined : time
}

/** A required time. */
export function timeOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? ''
  const time = parseTime(text)
  if (time === undefined) throw invalid(name, `cannot parse "${text}" to a valid timestamp`)
  return time
}

/** A time that may be left out. */
export function optionalTimeOf(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name) ?? ''
  if (text === '') return fallback
  const time = parseTime(text)
  if (time === undefined)
    throw invalid(name, `Invalid time value for '${name}': cannot parse "${text}" to a valid timestamp`)
  return time
}

/** Seconds or a Prometheus duration, to milliseconds. */
export function durationOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? ''
  const seconds = parseGoFloat(text)
  if (seconds !== undefined && Math.abs(seconds) < 2 ** 63 / 1e9) return Math.trunc(seconds * 1e9) / 1e6
  const duration = seconds === undefined ? parsePromDuration(text) : undefined
  if (typeof duration === 'number') return duration
  throw invalid(name, `cannot parse "${text}" to a valid duration`)
}
