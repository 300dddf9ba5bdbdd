import { accessFromJson, accessFromText, type Access } from './access.ts'
import { ztunnelFrom } from './ztunnel.ts'

export const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number]

/** One line of a container's log, read as far as it can be read. The text stays as it came. */
export interface LogLine {
  /** Milliseconds since the epoch, as the container runtime stamped it; null where it did not. */
  at: number | null
  /** With the fraction the runtime wrote, for an order finer than milliseconds. */
  stamp: string
  text: string
  /** Null: the line does not say. */
  level: LogLevel | null
  /** What a person reads first: the message of a JSON line, else the text without control characters. */
  message: string
  /** Fields of a JSON object, in its order; values as they would be written. */
  fields: readonly (readonly [string, string])[]
  access: Access | null
}

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /

/** A line as the Kubernetes API gives it with `timestamps=true`: the runtime's stamp, a blank, and what was written. */
export function lineOf(given: string): LogLine {
  const stamped = rfc3339.exec(given)
  const [whole = '', seconds = '', fraction = '', zone = ''] = stamped ?? []
  const at = stamped === null ? null : Date.parse(`${seconds}${zone}`) + Number(fraction.padEnd(3, '0').slice(0, 3))
  const text = given.slice(whole.length)
  return { at, stamp: `${seconds}.${fraction.padEnd(9, '0')}`, text, ...readText(text) }
}

type Read = Pick<LogLine, 'level' | 'message' | 'fields' | 'access'>

/** Beyond this a line is shown and not read: a person will not look for fields in it. */
const longest = 64_000

function readText(text: string): Read {
  const plain = clean(text)
  const nothing: Read = { level: null, message: plain, fields: [], access: null }
  if (text.length > longest) return nothing
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) {
    const json = objectIn(trimmed)
    if (json !== null) return fromJson(json, plain)
  }
  const access = accessFromText(trimmed) ?? ztunnelFrom(trimmed)
  if (access !== null) return { ...nothing, level: levelOfAccess(access), access }
  return { ...nothing, level: levelInText(plain) }
}

/** Colours of terminals and other control characters are not for people. */
const clean = (text: string): string => text.replaceAll(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, '').replaceAll(/\p{Cc}/gu, ' ')

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

const messageKeys = ['msg', 'message', 'log', 'event', 'error']
const levelKeys = ['level', 'severity', 'lvl', 'log.level']

function fromJson(json: Record<string, unknown>, plain: string): Read {
  const fields = Object.entries(json).map(([key, value]) => [key, written(value)] as const)
  const access = accessFromJson(json)
  const message = messageKeys.map(key => json[key]).find(value => typeof value === 'string' && value !== '')
  const said = levelKeys.map(key => json[key]).find(value => value !== undefined)
  return {
    level: levelNamed(said) ?? (access === null ? null : levelOfAccess(access)),
    message: typeof message === 'string' ? clean(message) : plain,
    fields,
    access,
  }
}

const written = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** Words as loggers write them; numbers as bunyan and pino do (30 = info). */
function levelNamed(said: unknown): LogLevel | null {
  if (typeof said === 'number') return said >= 50 ? 'error' : said >= 40 ? 'warn' : said >= 30 ? 'info' : 'debug'
  if (typeof said !== 'string') return null
  const word = said.toLowerCase()
  if (/^(fatal|panic|crit|emerg|alert|err|sev)/.test(word)) return 'error'
  if (word.startsWith('warn')) return 'warn'
  if (/^(info|notice|log)/.test(word)) return 'info'
  return /^(debug|trace|fine)/.test(word) ? 'debug' : null
}

/** A level where loggers put it: alone near the beginning, in brackets or between blanks; klog's letter before the date. */
function levelInText(text: string): LogLevel | null {
  const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/.exec(text)?.[1]
  if (klog !== undefined) return klog === 'I' ? 'info' : klog === 'W' ? 'warn' : 'error'
  const logfmt = /(?:^|\s)level=("?)(\w+)\1(?=\s|$)/.exec(text)?.[2]
  if (logfmt !== undefined) return levelNamed(logfmt)
  // In capitals, or in brackets: the same word in a sentence is no level.
  const words = 'FATAL|PANIC|ERROR|ERR|WARN|WARNING|INFO|NOTICE|LOG|DEBUG|TRACE'
  const head = text.slice(0, 120)
  const word =
    new RegExp(`(?:^|[\\s[|])(${words})(?=[\\s\\]|:]|$)`).exec(head)?.[1] ??
    new RegExp(`\\[(${words})\\]`, 'i').exec(head)?.[1]
  return word === undefined ? null : levelNamed(word)
}

/** The server's fault, the caller's, or nobody's. */
export function levelOfAccess({ code, flags, error, method }: Access): LogLevel {
  if (error !== null) return 'error'
  // Of a connection there is no code to tell: 0 is an answer that was not sent only where there was a request.
  if (code !== null && (code >= 500 || (code === 0 && method !== null))) return 'error'
  if (code !== null && code >= 400) return 'warn'
  return flags.length > 0 ? 'warn' : 'info'
}
