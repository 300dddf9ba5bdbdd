import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { moment, namespaceList, namespaceName } from '#shared/scope.ts'
import { ObjectRef } from './object.ts'
import { Statement } from './statement.ts'

/** What an empty panel is asked, rung after rung: the first that fails is the reason. */
export const rungNames = [
  'rights',
  'sourceReachable',
  'scraped',
  'metricThere',
  'labelsAsExpected',
  'trafficInWindow',
  'expressionLeaves',
  'servicesKnown',
  'serviceKnown',
  'trafficSampled',
  'podsThere',
  'containersStarted',
  'linesThere',
  'filtersMatch',
] as const
export type RungName = (typeof rungNames)[number]

export const Rung = z.object({
  rung: z.enum(rungNames),
  /** `unknown`: asked, and nobody can say. `unasked`: a rung above it fails. */
  state: z.enum(['holds', 'fails', 'unknown', 'unasked']),
  /** What was found, one sentence each. */
  detail: z.array(Statement),
  /** What showed it. */
  query: z.nullable(z.string()),
  /** What somebody wrote that it comes from. */
  objects: z.array(ObjectRef),
})
export type Rung = z.infer<typeof Rung>

export const Ladder = z.object({
  rungs: z.array(Rung),
  /** When there last was something to show, milliseconds since the epoch; null: not within what was looked at. */
  lastAt: z.nullable(z.number()),
})
export type Ladder = z.infer<typeof Ladder>

/** The rung that is the reason: the first that fails, or the one nobody could say anything beyond; null: all hold. */
export function reasonIn({ rungs }: Pick<Ladder, 'rungs'>): Rung | null {
  const failing = rungs.find(({ state }) => state === 'fails')
  const last = rungs.findIndex(({ state }) => state === 'unasked') - 1
  return failing ?? rungs[last] ?? null
}

/** Panels that are made of Prometheus' numbers. `traffic`: requests or connections, whichever there are. */
export const ladderPanels = [
  'traffic',
  'requests',
  'errors',
  'latency',
  'tcp',
  'openings',
  'sizes',
  'messages',
  'pushes',
  'convergence',
  'rejects',
  'cpu',
  'memory',
  'connections',
  'usage',
] as const
export type LadderPanel = (typeof ladderPanels)[number]

/** Up to a month. */
const seconds = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): number | undefined => {
    if (text === undefined || text === '') return undefined
    const value = Number(text)
    if (Number.isFinite(value) && value >= 1 && value <= 2_678_400) return value
    context.issues.push({ code: 'custom', message: 'window is a number of seconds, at most of 31 days', input: text })
    return z.NEVER
  }),
)

/** A panel and what it is about: one service or workload, some namespaces, or all that the caller may see. */
export const LadderQuery = z.object({
  panel: z.enum(ladderPanels),
  namespaces: namespaceList,
  of: z.optional(z.enum(['service', 'workload'])),
  namespace: z.optional(namespaceName),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(253))),
  direction: z._default(z.enum(['inbound', 'outbound', 'both']), 'both'),
  reporter: z._default(z.enum(['auto', 'destination', 'source']), 'auto'),
  at: moment,
  /** Seconds before `at` that the panel shows. Absent: as the scrape interval asks for. */
  window: seconds,
})
export type LadderQuery = z.infer<typeof LadderQuery>

export const explainEmpty = endpoint({
  method: 'GET',
  path: '/api/empty',
  summary: 'Why a panel of numbers is empty: source, scrapes, metric, labels, traffic, rights',
  query: LadderQuery,
  reply: Ladder,
})
