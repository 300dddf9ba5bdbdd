import { type Filter, levelChoices } from './filter.ts'

/** What the address says of a view of logs; all of it text, as addresses are. */
export interface LogsSearch {
  namespace?: string | undefined
  workload?: string | undefined
  pod?: string | undefined
  container?: string | undefined
  /** Milliseconds since the epoch: what was written around it. */
  at?: string | undefined
  text?: string | undefined
  regex?: string | undefined
  level?: string | undefined
  /** Seconds back from now. */
  since?: string | undefined
  previous?: string | undefined
  wrap?: string | undefined
  /** As written instead of in columns. */
  raw?: string | undefined
}
export type OnLogsSearch = (patch: Partial<LogsSearch>) => void

const name = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const names = (text: string | undefined): string | undefined => {
  const found = (text ?? '').split(',').filter(each => name.test(each))
  return found.length === 0 ? undefined : found.slice(0, 20).join(',')
}
const one = (text: string | undefined): string | undefined => (text !== undefined && name.test(text) ? text : undefined)
const flag = (text: string | undefined): string | undefined => (text === '1' ? '1' : undefined)

export const sinces = ['300', '900', '3600', '21600', '86400'] as const
export type Since = (typeof sinces)[number]

/** What is not understood is dropped. */
export function logsSearchIn(search: Readonly<Record<string, string | undefined>>): LogsSearch {
  const at = Number(search['at'] ?? Number.NaN)
  return {
    namespace: one(search['namespace']),
    workload: names(search['workload']),
    pod: one(search['pod']),
    container: one(search['container']),
    at: Number.isInteger(at) && at > 0 && at < 8.64e15 ? String(at) : undefined,
    text: search['text']?.slice(0, 500),
    regex: flag(search['regex']),
    level: levelChoices.find(level => level === search['level'] && level !== 'any'),
    since: sinces.find(since => since === search['since']),
    previous: flag(search['previous']),
    wrap: flag(search['wrap']),
    raw: flag(search['raw']),
  }
}

export const filterOf = (search: LogsSearch): Filter => ({
  text: search.text ?? '',
  isRegex: search.regex === '1',
  level: levelChoices.find(level => level === search.level) ?? 'any',
})

/** Around a moment: so much of either side. */
const around = 120_000
/** Of each container, where a time and not a number of lines was chosen. */
const mostSince = '20000'

/** What is asked of the BFF; null where nobody has said of which namespace. */
export function questionOf(search: LogsSearch): Record<string, string> | null {
  if (search.namespace === undefined) return null
  const { namespace, workload, pod, container, at, since, previous } = search
  const time: Record<string, string> =
    at !== undefined
      ? { from: String(Number(at) - around), to: String(Number(at) + around) }
      : since !== undefined
        ? { since, tail: mostSince }
        : {}
  return {
    namespace,
    ...(workload !== undefined && { workload }),
    ...(pod !== undefined && { pod }),
    ...(container !== undefined && { container }),
    ...time,
    ...(previous !== undefined && { previous }),
    ...(at === undefined && previous === undefined && { follow: '1' }),
  }
}

/** Where logs are, as an address. */
export function logsHref(search: LogsSearch): string {
  const words = Object.entries(search).flatMap(([key, value]: [string, string | undefined]) =>
    value === undefined ? [] : [[key, value]],
  )
  return `/logs?${new URLSearchParams(words).toString()}`
}
