import * as z from 'zod/mini'
import { SourceName } from './source.ts'

/** What a panel is about: the cluster, some namespaces, or one of their things. */
export const Subject = z.discriminatedUnion('of', [
  z.object({ of: z.literal('cluster') }),
  z.object({ of: z.literal('istiod') }),
  z.object({ of: z.literal('namespaces'), namespaces: z.array(z.string()) }),
  z.object({ of: z.enum(['service', 'workload']), namespace: z.string(), name: z.string() }),
])
export type Subject = z.infer<typeof Subject>

const words = z.array(z.string())

/** What a statement may name. The name of a fact says what it is, so that every language writes it in its own way. */
const facts = {
  /** '' where nobody is told apart. */
  user: z.string(),
  source: SourceName,
  url: z.string(),
  version: z.string(),
  /** In somebody else's words, as they came. */
  words: z.string(),
  subject: Subject,
  namespace: z.string(),
  service: z.string(),
  pod: z.string(),
  container: z.string(),
  /** `Deployment cart`, or a name alone. */
  workloads: words,
  metric: z.string(),
  metrics: words,
  matcher: z.string(),
  matchers: words,
  /** Verb and resource: `get pods/log`. */
  grants: words,
  /** Kind and name: `PeerAuthentication shop/strict`. */
  policies: words,
  /** Null: one that is not known. */
  ports: z.array(z.nullable(z.number())),
  count: z.number(),
  all: z.number(),
  perSecond: z.number(),
  /** Seconds. */
  window: z.number(),
  /** Milliseconds since the epoch. */
  at: z.number(),
}
export type Facts = { [Name in keyof typeof facts]: z.infer<(typeof facts)[Name]> }
export type FactName = keyof Facts

/**
 * All that a rung can say, with the facts that belong to it. The BFF chooses; the page has the sentence, in each of its
 * languages.
 */
export const statements = {
  answers: ['source'],
  answersAt: ['source', 'url'],
  answersAs: ['source', 'url', 'version'],
  /** Why a source is silent, as `SourceError` tells them apart. */
  timeout: ['source', 'words'],
  unreachable: ['source', 'words'],
  refused: ['source', 'words'],
  malformed: ['source', 'words'],
  tooLarge: ['source', 'words'],
  unset: ['source', 'words'],
  failing: ['source', 'words'],
  quoted: ['source', 'words'],

  seesAll: ['user'],
  seesNotAll: ['user'],
  seesNone: ['user'],
  seesNoneHere: ['user'],
  seesSome: ['user', 'count', 'all'],
  seesChosen: ['user', 'count'],
  seesOnly: ['user', 'count'],
  rightsUnasked: [],
  mayRead: ['user', 'namespace'],
  mayNotRead: ['user', 'grants', 'namespace'],

  targetsUnnamed: ['subject'],
  targetsAnswer: ['count', 'all', 'subject'],
  targetsFail: ['count', 'subject'],
  scrapeRefused: ['ports', 'policies'],
  scrapeRefusedByMesh: ['ports'],
  scrapeGoverned: ['ports', 'policies'],
  scrapeUnjudged: [],
  scrapeAllowed: ['ports'],
  scrapeUncaptured: ['ports'],
  scrapeUnguarded: [],

  seriesThere: ['count', 'metrics'],
  noMetric: ['metrics'],
  proxiesUnscraped: [],
  istiodUnscraped: [],
  kubeletsUnscraped: [],
  rejectsUncounted: [],
  connectionsLeftOut: [],
  metricsThere: [],
  noSeriesOf: ['metric'],
  noSeriesSeen: ['metric', 'user'],

  labelled: ['count'],
  trafficUnlabelled: [],
  unlabelled: ['matchers'],
  selectorsFind: [],
  noneHas: ['matcher'],
  noneOfHas: ['metric', 'matcher'],
  noneTogether: ['matchers'],
  noneOfTogether: ['metric', 'matchers'],
  nothingLeft: [],

  seriesInWindow: ['count', 'subject', 'window'],
  otherEndTells: ['count', 'subject'],
  noTraffic: ['subject', 'window'],
  noSamples: ['metrics', 'subject', 'window'],

  servicesSeen: ['count'],
  noServiceSeen: [],
  hasSpans: ['service'],
  noSuchService: ['service'],
  hasTraces: ['service', 'window'],
  noTraces: ['service', 'window'],
  namespaceUnsaid: [],
  unsampled: ['perSecond'],
  uncalled: [],
  trafficUnknown: [],
  filtersLeaveNothing: [],

  podsUntold: [],
  podsThere: ['count'],
  podGone: ['pod', 'namespace'],
  noReplicas: ['workloads'],
  noPods: ['workloads'],
  nothingRuns: ['namespace'],
  noSuchWorkload: ['workloads', 'namespace'],
  noContainer: [],
  noSuchContainer: ['container'],
  hasPrevious: [],
  neverRestarted: [],
  started: ['count', 'all'],
  notStarted: ['container', 'pod'],
  nothingWritten: [],
  nothingInTime: ['at'],
  lastLine: ['at'],
} as const satisfies Record<string, readonly FactName[]>
export type Says = keyof typeof statements

export type Statement = {
  [Name in Says]: { says: Name; facts: { [Fact in (typeof statements)[Name][number]]: Facts[Fact] } }
}[Says]

/** Those that are the same of everything. */
export type Bare = { [Name in Says]: (typeof statements)[Name] extends readonly [] ? Name : never }[Says]

const options = Object.entries(statements).map(([says, names]) =>
  z.object({
    says: z.literal(says),
    facts: z.object(Object.fromEntries(names.map((name: FactName) => [name, facts[name]]))),
  }),
)
type Options = [(typeof options)[number], ...typeof options]
// What is made from a table has lost the table's names: they are given back.
export const Statement = z.discriminatedUnion('says', options as Options) as unknown as z.ZodMiniType<Statement>
