import type { Sample } from '#bff/sources/source.ts'
import { portAt, type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { weightsTogether } from '#shared/security/weights.ts'
import { counterOwner } from '#bff/security/counter-owner.ts'
import { answerOf, type Doubts, doubtsOf, isSuspect, type Suspect } from './doubt.ts'
import { hopsOf } from './hops.ts'
import type { Weighed } from './weighed.ts'

export interface FlowReadings {
  requests: readonly Weighed[]
  connections: readonly Weighed[]
  refusals: readonly Sample[]
}

/** What else is known of the mesh while samples are read. */
export interface Around {
  workloads: readonly Workload[]
  /** `namespace/pod` → `namespace/workload`. */
  workloadOfPod: ReadonlyMap<string, string>
  /** A RequestAuthentication may stand before it; absent: nobody knows. */
  readsTokens?: (workload: Workload) => boolean
}

/** What one sample tells. */
export interface Told extends Omit<SeenFlow, 'id' | 'port'> {
  reporter: string
}

/**
 * Samples of a window → calls that were seen, each counted once and as its best witness tells it (telemetry rule 1): the
 * waypoint, else the destination, else the caller. Only the destination's side proves an identity. Pure.
 */
export function flowsOf({ requests, connections, refusals }: FlowReadings, around: Around): SeenFlow[] {
  const isTcp = ({ metric }: Sample) => metric['part'] === 'tcp'
  const http = refusals.filter(sample => !isTcp(sample))
  const refusing = refusingIn(http, around)
  const closing = refusingIn(refusals.filter(isTcp), around)
  const workloads = new Map(around.workloads.map(workload => [workloadKey(workload), workload]))
  const counted = new Map<string, number>()
  for (const { metric, value } of http) {
    const owner = counterOwner(metric, around.workloadOfPod)
    counted.set(owner, (counted.get(owner) ?? 0) + value)
  }
  const suspects = requests.flatMap((sample): Suspect[] => {
    const guard = isSuspect(sample.metric) ? witnessOf(sample.metric, workloads) : null
    return guard === null ? [] : [{ guard, ...sample }]
  })
  const doubts = doubtsOf(suspects, counted)
  const told = [
    ...requests.map(sample => toldBy(sample, protocolOf(sample), refusing, workloads, doubts, around.readsTokens)),
    ...connections.map(sample => toldBy(sample, 'tcp', refusing, workloads, doubts)),
  ].filter(({ passed, refused }) => passed + refused > 0)
  const flows = new Map<string, SeenFlow>()
  for (const hop of hopsOf(told, workloads, hopOf))
    for (const { reporter, ...seen } of hop) {
      const flow: Omit<SeenFlow, 'id' | 'port'> = { ...seen, ...enforcementOf(reporter, seen, workloads, closing) }
      const id = JSON.stringify([
        hopOf(flow),
        flow.source.principal ?? String(flow.source.principal),
        String(flow.mtls),
        ...(seen.isUnsettled ? [seen.refusedShare === undefined ? '401' : '403'] : []),
      ])
      const known = flows.get(id)
      const { namespace, workload: name } = flow.destination
      const port = portOf(workloads.get(workloadKey({ namespace, name })), flow)
      flows.set(
        id,
        known === undefined
          ? { ...flow, id, port }
          : {
              ...known,
              passed: known.passed + flow.passed,
              refused: known.refused + flow.refused,
              ...weightsTogether(known, flow),
            },
      )
    }
  return [...flows.values()].sort((a, b) => b.passed + b.refused - (a.passed + a.refused))
}

const known = (text: string | undefined): string => (text === undefined || text === 'unknown' ? '' : text)

function protocolOf({ metric }: Sample): SeenFlow['protocol'] {
  const protocol = metric['request_protocol']
  return protocol === 'grpc' || protocol === 'tcp' ? protocol : 'http'
}

function toldBy(
  { metric, value, lastSeen, hours }: Weighed,
  protocol: SeenFlow['protocol'],
  refusing: ReadonlySet<string>,
  workloads: ReadonlyMap<string, Workload>,
  doubts: Doubts,
  readsTokens: Around['readsTokens'] = () => true,
): Told {
  const reporter = metric['reporter'] ?? ''
  const { namespace, workload, isChosen } = destinationIn(metric, workloads)
  const policy = metric['connection_security_policy']
  const isWitness = reporter !== 'source'
  const mtls = !isWitness ? undefined : policy === 'mutual_tls' ? true : policy === 'none' ? false : undefined
  const principal = known(metric['source_principal']).replace(/^spiffe:\/\//, '')
  const source = { namespace: known(metric['source_workload_namespace']), workload: known(metric['source_workload']) }
  const caller = workloadKey({ namespace: source.namespace, name: source.workload })
  // Whom a gateway refuses goes nowhere.
  const isAtCaller = reporter === 'source' && workload === '' && workloads.get(caller)?.role === 'gateway'
  const guard = isAtCaller ? caller : workloadKey({ namespace, name: workload })
  const counted = !isChosen
    ? Number([...refusing].some(key => (workloads.get(key)?.role ?? 'waypoint') === 'waypoint'))
    : isWitness || isAtCaller
      ? doubts.shareOf(guard)
      : Number(refusing.has(guard))
  const share = refusedShareOf(metric, isAtCaller, counted)
  const isSplit = share > 0 && share < 1
  const isDoubted = isSplit && !doubts.isOnlyOne(guard)
  const isRefused = share === 1 || (isSplit && !isDoubted)
  const isLost = isUnreached(reporter, metric['response_flags'])
  const reader = workloads.get(isAtCaller ? caller : workloadKey({ namespace, name: workload }))
  const isUnsettled = !isRefused && isUnauthenticated(metric) && reader !== undefined && readsTokens(reader)
  return {
    reporter,
    source: {
      ...source,
      // Of plaintext it is known that it proves nothing; where nobody said what it was, so is its identity.
      ...(mtls === true && principal !== '' ? { principal } : mtls === false ? { principal: null } : {}),
      isHidden: false,
    },
    destination: { namespace, workload, service: known(metric['destination_service_name']) },
    protocol,
    ...(mtls === undefined ? {} : { mtls }),
    passed: isLost ? 0 : isRefused ? value * (1 - share) : value,
    refused: isRefused ? value * share : 0,
    ...(isDoubted ? { isUnsettled: true as const, refusedShare: share } : {}),
    ...(isUnsettled ? { isUnsettled: true as const } : {}),
    ...weightsTogether({ lastSeen, hours }, {}),
  }
}

/** Of a proxy that looks at tokens it may be its own answer or its application's: no metric tells them apart. */
const isUnauthenticated = (metric: Sample['metric']): boolean =>
  metric['response_code'] === '401' || metric['grpc_response_status'] === '16'

/** A waypoint that answers by itself has chosen no workload, and its policies are those of the Service: any of its workloads will do. */
function destinationIn(metric: Sample['metric'], workloads: ReadonlyMap<string, Workload>) {
  const namespace = known(metric['destination_workload_namespace'])
  const workload = known(metric['destination_workload'])
  if (metric['reporter'] !== 'waypoint' || workload !== '') return { namespace, workload, isChosen: true }
  const place = known(metric['destination_service_namespace'])
  const service = metric['destination_service_name']
  const behind = [...workloads.values()].find(
    one => one.namespace === place && one.ports.some(port => port.service === service),
  )
  return { namespace: place, workload: behind?.name ?? '', isChosen: false }
}

const flagsIn = (flags = ''): string[] => flags.split(',')

/**
 * Envoy docs, response flags: the caller's proxy had no connection to send it by. What policies say of it nobody asked;
 * where one of them refused the connection, its own proxy tells. What a waypoint cannot send on it has let pass before.
 */
const isUnreached = (reporter: string, flags: string | undefined): boolean =>
  reporter === 'source' && flagsIn(flags).some(flag => flag === 'UF' || flag === 'UC' || flag === 'CONNECT')

/**
 * Telemetry rule 8: a 403 of a workload that counted no refusal is the application's own answer; where it counted fewer than
 * there are, so many of them are refusals.
 */
function refusedShareOf(metric: Sample['metric'], isAtCaller: boolean, counted: number): number {
  const answer = answerOf(metric)
  if (answer !== null) return answer === 'policy' ? 1 : 0
  if (metric['reporter'] === 'source' && !isAtCaller && counted === 0) return 0
  return isSuspect(metric) ? counted : 0
}

/** Whose proxy gave an answer and tells of it itself; null: another tells, or nobody was chosen. */
function witnessOf(metric: Sample['metric'], workloads: ReadonlyMap<string, Workload>): string | null {
  const { namespace, workload, isChosen } = destinationIn(metric, workloads)
  if (!isChosen) return null
  if (metric['reporter'] !== 'source') return workloadKey({ namespace, name: workload })
  const caller = workloadKey({
    namespace: known(metric['source_workload_namespace']),
    name: known(metric['source_workload']),
  })
  return workload === '' && workloads.get(caller)?.role === 'gateway' ? caller : null
}

const hopOf = ({ source, destination, protocol }: Pick<SeenFlow, 'source' | 'destination' | 'protocol'>): string =>
  JSON.stringify([
    source.namespace,
    source.workload,
    destination.namespace,
    destination.workload,
    destination.service,
    protocol,
  ])

/** Which proxy told of it, where it is not the workload's first; and what no metric tells of its connections. */
function enforcementOf(
  reporter: string,
  { destination: { namespace, workload: name }, protocol }: Pick<SeenFlow, 'destination' | 'protocol'>,
  workloads: ReadonlyMap<string, Workload>,
  closing: ReadonlySet<string>,
): Pick<SeenFlow, 'enforcedBy' | 'isUnsettled'> {
  const key = workloadKey({ namespace, name })
  const isPast = workloads.get(key)?.enforcedBy === 'waypoint' && reporter === 'destination'
  return {
    ...(isPast ? { enforcedBy: 'ztunnel' as const } : {}),
    ...(protocol === 'tcp' && closing.has(key) ? { isUnsettled: true as const } : {}),
  }
}

/** Workloads whose RBAC filters refused something. */
function refusingIn(refusals: readonly Sample[], { workloadOfPod }: Around): ReadonlySet<string> {
  return new Set(refusals.map(({ metric }) => counterOwner(metric, workloadOfPod)))
}

/** No metric tells a port: it is known where the Service has one only, or one only of this protocol. */
export function portOf(
  workload: Workload | undefined,
  {
    destination,
    protocol,
    enforcedBy = workload?.enforcedBy ?? 'none',
  }: Pick<SeenFlow, 'destination' | 'protocol' | 'enforcedBy'>,
): number | null {
  const ports = (workload?.ports ?? []).filter(({ service }) => service === destination.service)
  const [only] = ports
  if (ports.length === 1 && only) return portAt(enforcedBy, only)
  const [fitting, ...more] = ports.filter(port => port.protocol === protocol)
  const isSettled = more.length === 0 && ports.every(port => port.protocol !== 'unknown')
  return fitting !== undefined && isSettled ? portAt(enforcedBy, fitting) : null
}
