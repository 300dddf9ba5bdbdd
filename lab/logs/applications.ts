import { fillPath } from '#lab/mesh/requests/ids.ts'
import { type Facts, type Hop, requestsIn } from '#lab/mesh/requests/pack.ts'
import { windowsOf } from '#lab/mesh/requests/windows.ts'
import { hashText, mix } from '#lab/mesh/traffic/random.ts'
import { isFailure } from '#lab/tracing/span.ts'
import { answerOf } from '#lab/tracing/spans.ts'
import { plainStamp } from './stamp.ts'

/** How an application writes its log. What it writes follows from the request; nothing of it is a proxy's word. */
export type Style = 'json' | 'text' | 'postgres' | 'redis' | 'kafka'

export interface Application {
  style: Style
  name: string
}

export interface Words {
  level: 'info' | 'warn' | 'error'
  text: string
}

/** A statement that took longer than this, in milliseconds, is worth a line. */
const slowStatement = 12

/** Does the application write a line of this request at all? Stores tell only of what is slow. */
export function isWorthTelling(style: Style, hop: Hop): boolean {
  if (style === 'postgres') return (hop.to - hop.from) / 1000 >= slowStatement
  return style === 'json' || style === 'text'
}

/** The line of the application that served. */
export function servedLine({ style, name }: Application, hop: Hop): string {
  const { facts, exchange } = hop
  const { from, to } = windowsOf(hop, hop).destination
  const time = exchange.start + to / 1000
  const took = (to - from) / 1000
  if (style === 'postgres') return statementLine(hop, time, took)
  const { code, grpcStatus } = answerOf(facts)
  const words = wordsOf(hop, code, grpcStatus)
  const path = fillPath(facts.path, exchange.requestId)
  const status = facts.protocol === 'grpc' ? { grpc_status: grpcStatus ?? 0 } : { status: code === 0 ? 499 : code }
  if (style === 'json')
    return JSON.stringify({
      time: new Date(time).toISOString(),
      level: words.level,
      logger: name,
      msg: words.level === 'info' ? 'request served' : words.text,
      method: facts.method,
      path,
      ...status,
      duration_ms: Math.round(took * 10) / 10,
      trace_id: exchange.traceId,
      request_id: exchange.requestId,
    })
  const told = Object.values(status)[0]
  const what = words.level === 'info' ? '' : `: ${words.text}`
  const thread = `exec-${1 + (mix(hop.from, hashText(name), 5) % 24)}`
  const level = words.level.toUpperCase().padEnd(5)
  return `${plainStamp(time)} ${level} [${name},${exchange.traceId}] [${thread}] ${facts.method} ${path} ${told} ${Math.round(took)}ms${what}`
}

/** The line of an application that asked by itself: a job. */
export function askedLine({ style, name }: Application, hop: Hop): string {
  const { facts, exchange } = hop
  const time = exchange.start + hop.to / 1000
  const failed = failureOf(facts)
  const took = Math.round((hop.to - hop.begun) / 1000)
  const what = `${facts.method} ${facts.authority}${fillPath(facts.path, exchange.requestId)}`
  const text = failed === null ? `${what} done in ${took}ms` : `${what} failed: ${failed}`
  if (style === 'json')
    return JSON.stringify({
      time: new Date(time).toISOString(),
      level: failed === null ? 'info' : 'error',
      logger: name,
      msg: text,
      trace_id: exchange.traceId,
    })
  return `${plainStamp(time)} ${failed === null ? 'INFO ' : 'ERROR'} [${name}] [scheduler-1] ${text}`
}

/** Only what the application itself could know: what it was answered, and what it did wrong. */
function wordsOf(hop: Hop, code: number, grpcStatus: number | null): Words {
  const { facts, exchange } = hop
  const bad = requestsIn(hop.children).flatMap(tries => {
    const last = tries.at(-1) ?? tries[0]
    const failure = failureOf(last.facts)
    return failure === null ? [] : [`${last.facts.method} ${last.facts.authority}: ${failure}`]
  })
  if (/\bDC\b/.test(facts.destinationFlags))
    return { level: 'warn', text: 'caller closed the connection before the answer' }
  if (isFailure(code, grpcStatus)) return { level: 'error', text: bad.at(-1) ?? ownMistake(exchange.requestId) }
  if (code === 404 || grpcStatus === 5) return { level: 'warn', text: 'no such item' }
  if (code >= 400) return { level: 'warn', text: 'request not acceptable' }
  return bad.length > 0
    ? { level: 'warn', text: `went on without an answer: ${bad.at(-1)}` }
    : { level: 'info', text: '' }
}

/** How a client library would put it; null where all was well. */
function failureOf({ protocol, code, grpcStatus, flags }: Facts): string | null {
  if (protocol === 'tcp') return flags === '-' ? null : 'connection reset by peer'
  if (grpcStatus !== null)
    return isFailure(200, grpcStatus) || grpcStatus === 7 || grpcStatus === 16
      ? `rpc error: code = ${grpcWords[grpcStatus] ?? grpcStatus}`
      : null
  if (code === 0) return 'timed out waiting for the answer'
  return code >= 500 || code === 401 || code === 403 || code === 429 ? `answered ${code}` : null
}

const mistakes = [
  'unexpected null in field "price"',
  'index 0 out of bounds for length 0',
  'deserialisation failed at offset 212',
  'pool exhausted: no worker within 250ms',
  'invariant broken: total is negative',
]

const ownMistake = (requestId: string): string => mistakes[hashText(requestId) % mistakes.length] ?? ''

const grpcWords: Record<number, string> = {
  2: 'Unknown',
  4: 'DeadlineExceeded',
  7: 'PermissionDenied',
  8: 'ResourceExhausted',
  12: 'Unimplemented',
  13: 'Internal',
  14: 'Unavailable',
  15: 'DataLoss',
  16: 'Unauthenticated',
}

const statements = [
  'SELECT id, name, price FROM items WHERE category = $1 ORDER BY rank LIMIT 50',
  'UPDATE accounts SET balance = balance - $1 WHERE id = $2',
  'INSERT INTO entries (account, amount, booked_at) VALUES ($1, $2, now())',
  'SELECT count(*) FROM reservations WHERE item = $1 AND expires_at > now()',
]

function statementLine(hop: Hop, time: number, took: number): string {
  const chance = mix(hop.from, hashText(hop.exchange.requestId), 9)
  const backend = 100 + (chance % 4000)
  const statement = statements[chance % statements.length]
  return `${plainStamp(time)} UTC [${backend}] LOG:  duration: ${took.toFixed(3)} ms  execute <unnamed>: ${statement}`
}
