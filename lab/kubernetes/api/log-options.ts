import { flag, wholeNumber } from './request.ts'
import { badRequest, type FieldError, invalid, invalidValue, unsupportedValue } from './status.ts'

/** `v1.PodLogOptions`, read. `insecureSkipTLSVerifyBackend` is taken and means nothing: there is no TLS behind the lab. */
export interface LogOptions {
  /** '' for the only one. */
  container: string
  follow: boolean
  previous: boolean
  timestamps: boolean
  /** Null: all. */
  tailLines: number | null
  /** Milliseconds since the epoch. */
  since: number | null
  limitBytes: number | null
  stream: 'stdout' | 'stderr' | null
}

const streams = { All: null, Stdout: 'stdout', Stderr: 'stderr' } as const

export function logOptionsOf(query: URLSearchParams, pod: string, now: number): LogOptions {
  const problems: FieldError[] = []
  const atLeast = (name: string, least: 0 | 1): number | null => {
    const value = wholeNumber(query, name)
    if (value === undefined) return null
    const words = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0'
    if (value < least) problems.push(invalidValue(name, value, words))
    return value
  }
  const tailLines = atLeast('tailLines', 0)
  const limitBytes = atLeast('limitBytes', 1)
  const sinceSeconds = atLeast('sinceSeconds', 1)
  const sinceTime = query.get('sinceTime') || null
  if (sinceSeconds !== null && sinceTime !== null)
    problems.push({
      field: '',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    })
  const named = query.get('stream') || 'All'
  const isStream = (name: string): name is keyof typeof streams => Object.hasOwn(streams, name)
  if (!isStream(named)) problems.push(unsupportedValue('stream', named, Object.keys(streams)))
  if (problems.length > 0) throw invalid({ kind: 'PodLogOptions', group: '' }, pod, problems)
  return {
    container: query.get('container') ?? '',
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tailLines,
    since: sinceSeconds !== null ? now - sinceSeconds * 1000 : sinceTime === null ? null : timeIn(sinceTime),
    limitBytes,
    stream: isStream(named) ? streams[named] : null,
  }
}

function timeIn(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw badRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00" failed`)
  return time
}
