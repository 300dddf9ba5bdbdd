import * as z from 'zod/mini'
import { type Codes, codesText, readCodes, tcpFailed } from './codes.ts'
import { Protocol } from './node.ts'

/** Where it is written: on a Namespace, a Service, or whatever runs (Deployment, StatefulSet, DaemonSet …). */
export const healthAnnotation = 'weft/health'

export const Direction = z.enum(['inbound', 'outbound'])
export type Direction = z.infer<typeof Direction>

/** From which share of its calls that end with one of `codes` something is degraded or failing; null: never. */
export interface Tolerance {
  codes: Codes
  protocol: Protocol
  direction: Direction
  degraded: number | null
  failing: number | null
}

/** What one place says of health: its text as it stands there, and what was read of it. */
export interface Said {
  text: string
  read: Tolerance[] | { wrong: string }
}

/** Longer than fifty tolerances are. */
const longest = 20_000

/** What the annotation of an object says; undefined where it has none. */
export function saidIn(annotations: Readonly<Record<string, string>>): Said | undefined {
  const text = annotations[healthAnnotation]
  if (text === undefined) return undefined
  if (text.length > longest) return { text: '', read: { wrong: `it is longer than ${longest} characters` } }
  return { text, read: readTolerances(text) }
}

const ratio = z.number().check(z.gte(0), z.lte(1))
const Given = z.strictObject({
  code: z.optional(z.string()),
  protocol: z.optional(Protocol),
  direction: z.optional(z.enum(['inbound', 'outbound', 'both'])),
  /** Null says in so many words: never. */
  degraded: z.optional(z.nullable(ratio)),
  failing: z.optional(z.nullable(ratio)),
})
type Given = z.infer<typeof Given>
/** Of one place. */
export const most = 50
const Annotation = z.strictObject({ tolerances: z.array(z.unknown()).check(z.minLength(1), z.maxLength(most)) })

export const example = '{"tolerances":[{"code":"5xx","degraded":0.01,"failing":0.05}]}'

/** The annotation's text → tolerances; otherwise what is wrong: a clause that follows "cannot be read: …". */
export function readTolerances(text: string): Tolerance[] | { wrong: string } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { wrong: `it is not JSON such as ${example}` }
  }
  const given = Annotation.safeParse(json)
  if (!given.success) return { wrong: `it ${said(given.error.issues[0])}, such as ${example}` }
  return readList(given.data.tolerances)
}

/** The same of a list that stands elsewhere. */
export function readList(list: readonly unknown[]): Tolerance[] | { wrong: string } {
  const found: Tolerance[] = []
  for (const [index, one] of list.entries()) {
    const read = readOne(one)
    if ('wrong' in read) return { wrong: `tolerances[${index}] ${read.wrong}` }
    found.push(...read)
  }
  return found
}

function readOne(json: unknown): Tolerance[] | { wrong: string } {
  const parsed = Given.safeParse(json)
  if (!parsed.success) return { wrong: said(parsed.error.issues[0]) }
  const { protocol = 'http', direction = 'inbound', degraded = null, failing = null } = parsed.data
  if (parsed.data.degraded === undefined && parsed.data.failing === undefined)
    return { wrong: 'says neither degraded nor failing' }
  if (degraded !== null && failing !== null && degraded > failing)
    return { wrong: `is degraded from ${degraded} but failing from ${failing} already` }
  const codes = codesIn(parsed.data, protocol)
  if ('wrong' in codes) return codes
  const directions: Direction[] = direction === 'both' ? ['inbound', 'outbound'] : [direction]
  return directions.map(way => ({ codes, protocol, direction: way, degraded, failing }))
}

function codesIn({ code }: Given, protocol: Protocol): Codes | { wrong: string } {
  if (protocol === 'tcp')
    return code === undefined
      ? [{ from: tcpFailed, to: tcpFailed }]
      : { wrong: 'has a code, but TCP knows only connections that fail: leave it out' }
  if (code === undefined) return { wrong: 'has no code' }
  const codes = readCodes(code, protocol)
  return 'wrong' in codes ? { wrong: `code ${codes.wrong}` } : codes
}

/** As an annotation says it: what `readTolerances` reads back. Both directions of one tolerance are told one by one. */
export const textOf = (tolerances: readonly Tolerance[]): string =>
  JSON.stringify({
    tolerances: tolerances.map(({ codes, protocol, direction, degraded, failing }) => ({
      ...(protocol !== 'tcp' && { code: codesText(codes) }),
      ...(protocol !== 'http' && { protocol }),
      ...(direction !== 'inbound' && { direction }),
      ...((degraded !== null || failing === null) && { degraded }),
      ...(failing !== null && { failing }),
    })),
  })

interface Issue {
  code?: string | undefined
  path: readonly PropertyKey[]
  message: string
  keys?: readonly string[]
}

/** What does not fit, in words; names that were written are quoted, for they come from outside. */
function said(issue: Issue | undefined): string {
  if (issue === undefined) return 'cannot be read'
  const field = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return `has a field that nobody knows: ${(issue.keys ?? []).map(key => JSON.stringify(key)).join(', ')}`
  if (field === 'degraded' || field === 'failing') return `${field} is a ratio from 0 to 1`
  if (field === 'protocol') return 'protocol is http, grpc or tcp'
  if (field === 'direction') return 'direction is inbound, outbound or both'
  if (field === 'code') return 'code is a text such as "5xx"'
  return field === 'tolerances' ? `needs tolerances, a list of 1 to ${most}` : 'is no object'
}
