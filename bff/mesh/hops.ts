import { hasFlags, neverArrived } from './outcome.ts'
import type { Part, Path, Policy, Report, Reporter } from './paths.ts'

/**
 * One caller calling one destination in one protocol, counted once: the reporter that is believed, and what only the
 * caller's side could see.
 */
export interface Hop extends Omit<Path, 'key' | 'reports'> {
  reporter: Reporter
  /** Passes a waypoint. */
  isThroughWaypoint: boolean
  /** The waypoint's workload in the namespace of the destination, where telemetry names it. */
  waypoint: { namespace: string; workload: string } | null
  /** What arrived, as `reporter` says. */
  arrived: Part[]
  /** What the caller's proxy says never arrived: nobody else can know. */
  lost: Part[]
  /** TCP: could not be opened. */
  failed: Part[]
  flaggedAtClose: Part[]
  bytes: number
  /** TCP: of the connections that carried those bytes. */
  policies: ReadonlySet<Policy>
  /** Milliseconds per second, and the requests (1/s) that took them; 0 where nobody measured. */
  durationSum: number
  durationCount: number
  /** Where `arrived` does not know: what the connections beneath were, if they all were the same. */
  policyBeneath: 'mutual_tls' | 'none' | null
}

/**
 * Telemetry rules 1 and 2. The destination (or the waypoint) is believed where it reported; the caller where nobody
 * else did, and for what never arrived. ztunnel's connections are the same traffic once more where somebody saw the
 * requests inside.
 * @param isWaypoint what Kubernetes knows; without it, waypoints are found by what ztunnel saw
 */
export function hopsOf(paths: readonly Path[], isWaypoint?: (namespace: string, workload: string) => boolean): Hop[] {
  const seen = survey(paths, isWaypoint)
  return paths.flatMap(path => chooseOne(path, seen) ?? [])
}

interface Survey {
  isWaypoint: (namespace: string, workload: string) => boolean
  /** Caller, service and protocol for which the destination or its waypoint reported. */
  served: Set<string>
  /** Caller and service (or workload) between which requests were seen by anyone. */
  requested: Set<string>
  /** The same, as a waypoint saw it, in any protocol. */
  throughWaypoint: Set<string>
  /** Callers that came through a waypoint, and to which namespace. */
  waypointCallers: Set<string>
  /** Services and workloads before which a waypoint reported. */
  behindWaypoint: Set<string>
  /** The waypoint before a service or workload, as ztunnel saw its last leg. */
  waypointBefore: Map<string, { namespace: string; workload: string }>
  /** How ztunnel saw the connections of a caller to a workload, where all were alike. */
  connections: Map<string, 'mutual_tls' | 'none'>
}

function survey(paths: readonly Path[], known: Survey['isWaypoint'] | undefined): Survey {
  const seen: Survey = {
    isWaypoint: () => false,
    served: new Set(),
    requested: new Set(),
    throughWaypoint: new Set(),
    waypointCallers: new Set(),
    behindWaypoint: new Set(),
    waypointBefore: new Map(),
    connections: new Map(),
  }
  for (const path of paths) {
    if (path.reports.waypoint !== undefined) {
      seen.behindWaypoint.add(serviceOf(path)).add(workloadOf(path))
      seen.throughWaypoint.add(callTo(path, serviceOf(path)))
      seen.waypointCallers.add(callTo(path, path.namespace || path.serviceNamespace))
    }
  }
  // Without Kubernetes: whoever ztunnel saw arriving at a workload behind a waypoint, and who is no caller of its own.
  const found = new Set<string>()
  for (const path of paths) {
    const { destination } = path.reports
    if (path.protocol !== 'tcp' || destination?.isZtunnel !== true || path.sourceWorkload === '') continue
    const isFromWaypoint =
      known?.(path.sourceNamespace, path.sourceWorkload) ??
      (path.sourceNamespace === path.namespace &&
        seen.behindWaypoint.has(workloadOf(path)) &&
        !seen.throughWaypoint.has(callTo(path, serviceOf(path))))
    if (!isFromWaypoint) continue
    found.add(`${path.sourceNamespace}\n${path.sourceWorkload}`)
    const waypoint = { namespace: path.sourceNamespace, workload: path.sourceWorkload }
    seen.waypointBefore.set(workloadOf(path), waypoint)
    if (path.service !== '') seen.waypointBefore.set(serviceOf(path), waypoint)
  }
  seen.isWaypoint = known ?? ((namespace, workload) => found.has(`${namespace}\n${workload}`))

  for (const path of paths) {
    const { destination, waypoint, source } = path.reports
    if (destination !== undefined || waypoint !== undefined)
      seen.served.add(`${callTo(path, serviceOf(path))}\n${path.protocol}`)
    if (path.protocol !== 'tcp') {
      seen.requested.add(callTo(path, serviceOf(path)))
      if (path.workload !== '') seen.requested.add(callTo(path, workloadOf(path)))
    } else {
      const ztunnel = destination?.isZtunnel === true ? destination : source?.isZtunnel === true ? source : null
      const policy = ztunnel && commonPolicy(ztunnel)
      if (policy !== null && path.workload !== '') seen.connections.set(callTo(path, workloadOf(path)), policy)
    }
  }
  return seen
}

function chooseOne(path: Path, seen: Survey): Hop | null {
  const { source, destination, waypoint } = path.reports
  const toWaypoint = path.workload !== '' && seen.isWaypoint(path.namespace, path.workload)
  const fromWaypoint = path.sourceWorkload !== '' && seen.isWaypoint(path.sourceNamespace, path.sourceWorkload)

  if (waypoint !== undefined) return hop(path, 'waypoint', waypoint, source, seen)

  // The last leg, waypoint to workload: its failures are the waypoint's answers.
  if (fromWaypoint && (seen.behindWaypoint.has(workloadOf(path)) || seen.behindWaypoint.has(serviceOf(path))))
    return null
  // The first leg, caller to waypoint, and connections whose requests somebody saw.
  const isCarrier =
    path.protocol === 'tcp' &&
    [source, destination].every(report => report === undefined || report.isZtunnel) &&
    (toWaypoint
      ? seen.waypointCallers.has(callTo(path, path.namespace))
      : seen.requested.has(callTo(path, workloadOf(path))) || seen.requested.has(callTo(path, serviceOf(path))))
  if (isCarrier) return troublesOf(path, seen)

  if (destination !== undefined) return hop(path, 'destination', destination, source, seen)
  if (source === undefined) return null

  // The caller's proxy cannot tell which workload answered (or names the waypoint), but the other side reported.
  const isReportedThere = seen.served.has(`${callTo(path, serviceOf(path))}\n${path.protocol}`)
  if (isReportedThere && (path.workload === '' || toWaypoint)) {
    const lost = source.parts.filter(part => neverArrived(part.flags))
    if (lost.length === 0 && source.failed.length === 0) return null
    return hop(path, 'source', { ...source, parts: lost, bytes: 0, durationSum: null }, undefined, seen)
  }
  return hop(path, 'source', source, undefined, seen)
}

/** Of connections that carry requests told elsewhere: only those that came to nothing, for they carried none. */
function troublesOf(path: Path, seen: Survey): Hop | null {
  const { source, destination } = path.reports
  const believed = destination ?? source
  if (believed === undefined) return null
  const parts = believed.parts.filter(({ flags }) => hasFlags(flags))
  const isQuiet = parts.length === 0 && believed.failed.length === 0 && (source?.failed.length ?? 0) === 0
  if (isQuiet) return null
  return hop(path, destination === undefined ? 'source' : 'destination', { ...believed, parts, bytes: 0 }, source, seen)
}

function hop(path: Path, reporter: Reporter, believed: Report, caller: Report | undefined, seen: Survey): Hop {
  const toWaypoint = path.workload !== '' && seen.isWaypoint(path.namespace, path.workload)
  const arrived = reporter === 'source' ? believed.parts.filter(part => !neverArrived(part.flags)) : believed.parts
  const lost = (reporter === 'source' ? believed : caller)?.parts.filter(part => neverArrived(part.flags)) ?? []
  return {
    sourceNamespace: path.sourceNamespace,
    sourceWorkload: path.sourceWorkload,
    sourceService: path.sourceService,
    namespace: toWaypoint ? path.serviceNamespace || path.namespace : path.namespace,
    workload: toWaypoint && path.service !== '' ? '' : path.workload,
    canonicalService: toWaypoint ? '' : path.canonicalService,
    service: path.service,
    serviceNamespace: path.serviceNamespace,
    protocol: path.protocol,
    reporter,
    isThroughWaypoint: reporter === 'waypoint' || (toWaypoint && path.service !== ''),
    waypoint: toWaypoint
      ? { namespace: path.namespace, workload: path.workload }
      : (seen.waypointBefore.get(workloadOf(path)) ?? seen.waypointBefore.get(serviceOf(path)) ?? null),
    arrived,
    lost,
    failed: believed.failed.length > 0 ? believed.failed : (caller?.failed ?? []),
    flaggedAtClose: [
      ...believed.flaggedAtClose,
      ...(caller?.flaggedAtClose.filter(({ flags }) => neverArrived(flags)) ?? []),
    ],
    bytes: believed.bytes,
    policies: believed.bytes > 0 ? believed.policies : new Set(),
    durationSum: believed.durationSum ?? 0,
    durationCount: believed.durationSum === null ? 0 : believed.parts.reduce((sum, part) => sum + part.rate, 0),
    policyBeneath: path.protocol === 'tcp' ? null : (seen.connections.get(callTo(path, workloadOf(path))) ?? null),
  }
}

function commonPolicy({ parts, policies }: Report): Hop['policyBeneath'] {
  const all = new Set([...policies, ...parts.map(part => part.policy)])
  const only = all.size === 1 ? [...all][0] : undefined
  return only === 'unknown' ? null : (only ?? null)
}

/** What is unknown is the same as nothing else: it gets a key of its own. */
const serviceOf = (path: Path): string =>
  path.service === '' ? path.key : `service ${path.serviceNamespace || path.namespace}/${path.service}`
const workloadOf = (path: Path): string =>
  path.workload === '' ? path.key : `workload ${path.namespace}/${path.workload}`
const callTo = (path: Path, destination: string): string =>
  `${path.sourceNamespace}/${path.sourceWorkload} > ${destination}`
