import { surroundingsOf, type Surroundings } from './evaluate/attach.ts'
import { createEvaluator, type Judgement } from './evaluate.ts'
import { resent } from './evaluate/transport.ts'
import type { Flow } from './flow.ts'
import { judged, type Reading } from './judge.ts'
import { portAt, type Readable, type SeenFlow, type Workload, workloadKey } from './landscape.ts'
import { type Caller, callerKey, callerOfSeen, callersOf, destinationOf, sourceOf, withMtls } from './party.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Settings } from './world.ts'

/** Who may call whom, and who did: identities by workloads. */

export const cellStates = ['used', 'granted', 'refused', 'uncertain', 'neither'] as const
export type CellState = (typeof cellStates)[number]

export interface Seen {
  passed: number
  refused: number
  flows: readonly SeenFlow[]
}

export interface Cell extends Seen {
  state: CellState
  verdict: Judgement['verdict']
  /** Granted for some requests, and not for others. */
  isPartly: boolean
}

export interface Matrix {
  callers: readonly Caller[]
  workloads: readonly Workload[]
  /** Workloads without a proxy: nothing stands before them. */
  open: readonly Workload[]
  reading: Reading
  around: Surroundings
  /** The callers that go past waypoints: those that waypoints are, and gateways. */
  waypoints: ReadonlySet<string>
  cell(caller: Caller, workload: Workload): Cell
  /** Ends between which calls were seen, and how many passed and were refused. */
  pairs: readonly { from: string; to: string; passed: number; refused: number }[]
  /** Calls that were seen between the two. */
  seen(caller: Caller, workload: Workload): Seen
}

export interface Given {
  objects: readonly MeshObject[]
  workloads: readonly Workload[]
  settings: Settings
  readable: Readable
  flows: readonly SeenFlow[]
}

const nothing: Seen = { passed: 0, refused: 0, flows: [] }

/** Cells are judged when they are asked for: of four million nobody looks at more than a few hundred. */
export function matrixOf({ objects, workloads, settings, readable, flows }: Given): Matrix {
  const reading = { evaluator: createEvaluator(objects, settings), readable, rootNamespace: settings.rootNamespace }
  const around = surroundingsOf(objects, settings.rootNamespace)
  const waypoints = passersIn(workloads, around, settings.trustDomain)
  const byKey = new Map(workloads.map(workload => [workloadKey(workload), workload]))
  const callers = new Map(callersOf(workloads, settings.trustDomain).map(caller => [callerKey(caller), caller]))
  const calls = new Map<string, SeenFlow[]>()
  const ends = new Map<string, { from: string; to: string }>()
  for (const flow of flows) {
    const caller = callerOfSeen(flow, byKey, settings.trustDomain)
    callers.set(callerKey(caller), caller)
    const { namespace, workload } = flow.destination
    const key = `${callerKey(caller)} > ${workloadKey({ namespace, name: workload })}`
    const known = calls.get(key)
    ends.set(key, { from: callerKey(caller), to: workloadKey({ namespace, name: workload }) })
    if (known === undefined) calls.set(key, [flow])
    else known.push(flow)
  }
  const sums = new Map([...calls].map(([key, own]) => [key, sumOf(own)]))
  const seen = (caller: Caller, workload: Workload): Seen =>
    calls.size === 0 ? nothing : (sums.get(`${callerKey(caller)} > ${workloadKey(workload)}`) ?? nothing)
  const cells = new Map<string, Cell>()
  return {
    callers: [...callers.values()].sort(byPlace),
    workloads: workloads.filter(({ role, enforcedBy }) => role !== 'waypoint' && enforcedBy !== 'none'),
    open: workloads.filter(({ enforcedBy }) => enforcedBy === 'none'),
    reading,
    around,
    waypoints,
    pairs: [...ends].map(([key, each]) => {
      const { passed, refused } = sums.get(key) ?? nothing
      return { ...each, passed, refused }
    }),
    seen,
    cell(caller, workload) {
      const key = `${callerKey(caller)} > ${workloadKey(workload)}`
      let found = cells.get(key)
      if (found === undefined) {
        const judgement = grantOf({ reading, around, waypoints }, caller, workload)
        const own = seen(caller, workload)
        const { verdict } = judgement
        cells.set(key, (found = { ...own, verdict, state: stateOf(own, judgement), isPartly: isPartly(judgement) }))
      }
      return found
    },
  }
}

const sumOf = (flows: readonly SeenFlow[]): Seen => ({
  passed: flows.reduce((sum, { passed }) => sum + passed, 0),
  refused: flows.reduce((sum, { refused }) => sum + refused, 0),
  flows,
})

/** What was seen says more than what may be. */
function stateOf({ passed, refused, flows }: Seen, judgement: Judgement): CellState {
  if (refused > 0) return 'refused'
  // Whether these were refused, what was seen does not say: policies do.
  const doubted = flows.reduce((sum, one) => sum + (one.refusedShare === undefined ? 0 : one.passed), 0)
  if (passed > doubted) return 'used'
  if (doubted > 0)
    return judgement.verdict === 'deny' ? 'refused' : judgement.verdict === 'allow' ? 'used' : 'uncertain'
  switch (judgement.verdict) {
    case 'allow':
      return 'granted'
    case 'uncertain':
      return isPartly(judgement) ? 'granted' : 'uncertain'
    case 'deny':
      return 'neither'
  }
}

/** Only what a caller may choose is missing: there are requests that pass, and others that do not. */
const isPartly = ({ verdict, missing }: Judgement): boolean =>
  verdict === 'uncertain' && missing.length > 0 && missing.every(fact => isChosen.test(fact))
const isChosen = /^(http\.|destination\.port$)/

/** Calls of a caller to a workload of which only the ends are known; where protocols differ in it, nothing is certain. */
export function grantOf(
  { reading, ...mesh }: Pick<Matrix, 'reading' | 'around' | 'waypoints'>,
  caller: Caller,
  workload: Workload,
): Judgement {
  const { evaluator } = reading
  const sent = (flow: Flow) => (flow.mtls === true ? resent(flow, 'mtls', evaluator.transport(flow)) : flow)
  const [first, ...more] = flowsTo(caller, workload, mesh).map(flow => judged(reading, sent(flow), workload))
  if (first === undefined) throw new Error('There is always a protocol to ask for.')
  return more.every(({ verdict }) => verdict === first.verdict)
    ? first
    : { verdict: 'uncertain', missing: [...new Set(['destination.port', first, ...more].flatMap(missingIn))] }
}

const missingIn = (one: string | Judgement): readonly string[] => (typeof one === 'string' ? [one] : one.missing)

/** One flow for each port, and for what a port may carry where nobody said it. */
export function flowsTo(
  caller: Caller,
  workload: Workload,
  { around, waypoints }: Pick<Matrix, 'around' | 'waypoints'>,
): Flow[] {
  const { source, mtls } = sourceOf(caller)
  const of = (protocol: Flow['protocol'], port: number | null): Flow => {
    const destination = destinationBehind(caller, workload, waypoints)
    const flow: Flow = {
      id: '',
      source,
      destination: port === null ? destination : { ...destination, port },
      protocol,
      ...(mtls === undefined ? {} : { mtls }),
      ...(protocol === 'tcp' ? { http: null, jwt: null } : {}),
    }
    return withMtls(flow, around)
  }
  const { enforcedBy } = destinationBehind(caller, workload, waypoints)
  const ports = new Map(
    workload.ports.map(one => {
      const [port, { protocol }] = [portAt(enforcedBy, one), one]
      return [`${port} ${protocol}`, { port, protocol }]
    }),
  )
  if (ports.size === 0) return [of('http', null)]
  return [...ports.values()].flatMap(({ port, protocol }) =>
    protocol === 'unknown' ? [of('http', port), of('tcp', port)] : [of(protocol, port)],
  )
}

/**
 * What a waypoint sends on is met by ztunnel, and so is what goes past it. Istio docs, "Configure waypoint proxies": who has
 * no proxy knows of none, and gateways go by it only where `istio.io/ingress-use-waypoint` says so.
 */
export function destinationBehind(
  caller: Caller,
  workload: Workload,
  waypoints: ReadonlySet<string>,
): Flow['destination'] {
  const destination = destinationOf(workload)
  const isPast = caller.kind === 'plain' || caller.kind === 'outside' || waypoints.has(callerKey(caller))
  return destination.enforcedBy === 'waypoint' && isPast ? { ...destination, enforcedBy: 'ztunnel' } : destination
}

/** Callers that go past waypoints. Where somebody has sent gateways by them, they may go either way: the waypoint counts. */
function passersIn(
  workloads: readonly Workload[],
  { services, namespaces }: Surroundings,
  trustDomain: string,
): ReadonlySet<string> {
  const isByWaypoint = [...services.values(), ...namespaces.values()].some(
    ({ metadata }) => metadata.labels?.['istio.io/ingress-use-waypoint'] === 'true',
  )
  const roles = isByWaypoint ? ['waypoint'] : ['waypoint', 'gateway']
  return new Set(
    callersOf(
      workloads.filter(({ role }) => roles.includes(role ?? '')),
      trustDomain,
    ).map(callerKey),
  )
}

const rank = { identity: 0, plain: 1, hidden: 2, outside: 3 } as const
function byPlace(a: Caller, b: Caller): number {
  const [x, y] = [rank[a.kind], rank[b.kind]]
  if (x !== y) return x - y
  const [left, right] = [placeOf(a), placeOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
const placeOf = (caller: Caller): string => ('namespace' in caller ? `${caller.namespace}/${caller.name}` : '')
