import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Ladder } from '#shared/mesh/ladder.ts'
import { namespaceName } from '#shared/scope.ts'

/** A name as Kubernetes lets pods, workloads and containers have. */
const name = z.string().check(z.regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'this is no name of an object'))

/** `a,b` in an address. */
const names = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const found = [...new Set(text.split(',').filter(word => word !== ''))]
    if (found.length > 20 || found.some(word => !name.safeParse(word).success))
      context.issues.push({ code: 'custom', message: 'these are not names of objects', input: text })
    return found
  }),
)

const wholeNumber = (least: number, most: number) =>
  z.pipe(
    z.string(),
    z.transform((text, context) => {
      const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= least && value <= most))
        context.issues.push({ code: 'custom', message: `this is no number from ${least} to ${most}`, input: text })
      return value
    }),
  )

const flag = z.pipe(
  z.optional(z.enum(['0', '1'])),
  z.transform(word => word === '1'),
)

export const LogsQuery = z.object({
  namespace: namespaceName,
  /** Of these workloads; of all in the namespace where none is named. */
  workload: z.optional(names),
  pod: z.optional(name),
  container: z.optional(name),
  /** Goes on with what is written. */
  follow: flag,
  /** Of the container before its last restart. */
  previous: flag,
  /** Seconds back from now. */
  since: z.optional(wholeNumber(1, 31_622_400)),
  /** Milliseconds since the epoch, both ends. */
  from: z.optional(wholeNumber(1, 8.64e15)),
  to: z.optional(wholeNumber(1, 8.64e15)),
  /** Most lines of each container that are there already. */
  tail: z.optional(wholeNumber(1, 100_000)),
})
export type LogsQuery = z.infer<typeof LogsQuery>

const LogContainer = z.object({
  /** Lines say whose they are by it. */
  id: z.number(),
  pod: z.string(),
  container: z.string(),
  workload: z.string(),
  /** `init` ends before the others begin. */
  kind: z.enum(['container', 'init', 'ephemeral']),
  state: z.enum(['running', 'waiting', 'ended', 'unknown']),
  restarts: z.number(),
  /** There was one before it, whose log may still be read. */
  hasPrevious: z.boolean(),
  /** False: not asked for. */
  isRead: z.boolean(),
})
export type LogContainer = z.infer<typeof LogContainer>

export const LogEvent = z.discriminatedUnion('kind', [
  /** What there is to read from: at first, and whenever it changes. */
  z.object({
    kind: z.literal('containers'),
    containers: z.array(LogContainer),
    /** All pods that are meant, also those beyond the most that are read at a time. */
    pods: z.array(z.string()),
    /** Containers beyond the most that are read at a time. */
    left: z.number(),
  }),
  /** In the order the container wrote them. */
  z.object({
    kind: z.literal('lines'),
    of: z.number(),
    /** Each with the runtime's stamp before it. */
    lines: z.array(z.string()),
    /** Which of them were longer than is sent, and how many bytes they had. */
    cut: z.optional(z.array(z.object({ index: z.number(), bytes: z.number() }))),
  }),
  /** What happened to a container, or to the reading of it. */
  z.object({
    kind: z.literal('note'),
    of: z.number(),
    at: z.number(),
    what: z.enum(['restarted', 'ended', 'gone', 'waiting', 'refused', 'failed', 'more']),
    because: z.string(),
  }),
])
export type LogEvent = z.infer<typeof LogEvent>
export type LogNote = Extract<LogEvent, { kind: 'note' }>

export const readLogs = endpoint({
  method: 'GET',
  path: '/api/logs',
  summary: 'Lines of several containers, with what is written as long as somebody reads',
  query: LogsQuery,
  reply: LogEvent,
  isStream: true,
})

export const explainNoLogs = endpoint({
  method: 'GET',
  path: '/api/logs/empty',
  summary: 'Why there is no line to see: rights, pods, containers, lines',
  query: LogsQuery,
  reply: Ladder,
})
