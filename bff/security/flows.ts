import type { Sample } from '#bff/sources/source.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { counterOwner } from './counter-owner.ts'

export interface FlowReadings {
  requests: readonly Sample[]
  connections: readonly Sample[]
  refusals: readonly Sample[]
}

/** What else is known of the mesh while samples are read. */
export interface Around {
  workloads: readonly Workload[]
  /** `namespace/pod` → `namespace/workload`. */
  workloadOfPod: ReadonlyMap<string, string>
}

interface Told extends Omit<SeenFlow, 'id' | 'port'> {
  reporter: string
}

/**
 * Samples of a window → calls that were seen, each counted once and as its best witness tells it (telemetry rule 1): the
 * waypoint, else the destination, else the caller. Only the destination's side proves an identity. Pure.
 */
export function flowsOf({ requests, connections, refusals }: FlowReadings, around: Around): SeenFlow[] {
  const refusing = refusingIn(refusals, around)
  const told = [
    ...requests.map(sample => toldBy(sample, protocolOf(sample), refusing)),
    ...connections.map(sample => toldBy(sample, 'tcp', refusing)),
  ].filter(({ passed, refused }) => passed + refused > 0)
  const workloads = new Map(around.workloads.map(workload => [workloadKey(workload), workload]))
  const flows = new Map<string, SeenFlow>()
  for (const hop of Map.groupBy(told, hopOf).values())
    for (const { reporter: _, ...flow } of believed(hop)) {
      const id = JSON.stringify([
        hopOf(flow),
        flow.source.principal ?? String(flow.source.principal),
        String(flow.mtls),
      ])
      const known = flows.get(id)
      const { namespace, workload: name } = flow.destination
      const port = portOf(workloads.get(workloadKey({ namespace, name })), flow)
      flows.set(
        id,
        known === undefined
          ? { ...flow, id, port }
          : { ...known, passed: known.passed + flow.passed, refused: known.refused + flow.refused },
      )
    }
  return [...flows.values()].sort((a, b) => b.passed + b.refused - (a.passed + a.refused))
}

const known = (text: string | undefined): string => (text === undefined || text === 'unknown' ? '' : text)

function protocolOf({ metric }: Sample): SeenFlow['protocol'] {
  const protocol = metric['request_protocol']
  return protocol === 'grpc' || protocol === 'tcp' ? protocol : 'http'
}

function toldBy({ metric, value }: Sample, protocol: SeenFlow['protocol'], refusing: ReadonlySet<string>): Told {
  const namespace = known(metric['destination_workload_namespace'])
  const workload = known(metric['destination_workload'])
  const reporter = metric['reporter'] ?? ''
  const policy = metric['connection_security_policy']
  const isWitness = reporter !== 'source'
  const mtls = !isWitness ? undefined : policy === 'mutual_tls' ? true : policy === 'none' ? false : undefined
  const principal = known(metric['source_principal']).replace(/^spiffe:\/\//, '')
  const isRefused = isRefusal(metric, refusing.has(workloadKey({ namespace, name: workload })))
  return {
    reporter,
    source: {
      namespace: known(metric['source_workload_namespace']),
      workload: known(metric['source_workload']),
      // Of plaintext it is known that it proves nothing; where nobody said what it was, so is its identity.
      ...(mtls === true && principal !== '' ? { principal } : mtls === false ? { principal: null } : {}),
      isHidden: false,
    },
    destination: { namespace, workload, service: known(metric['destination_service_name']) },
    protocol,
    ...(mtls === undefined ? {} : { mtls }),
    passed: isRefused ? 0 : value,
    refused: isRefused ? value : 0,
  }
}

/** Telemetry rule 8: a 403 of a workload that counted no refusal is the application's own answer. */
function isRefusal(metric: Sample['metric'], isCounted: boolean): boolean {
  const flags = (metric['response_flags'] ?? '').split(',')
  if (flags.includes('DENY') || flags.includes('UAEX')) return true
  if (metric['reporter'] === 'source' && !isCounted) return false
  return isCounted && (metric['response_code'] === '403' || metric['grpc_response_status'] === '7')
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

const witnesses = ['waypoint', 'destination', 'source']

function believed(hop: readonly Told[]): readonly Told[] {
  const best = witnesses.find(name => hop.some(({ reporter }) => reporter === name))
  return hop.filter(({ reporter }) => reporter === best)
}

/** Workloads whose RBAC filters refused something. */
function refusingIn(refusals: readonly Sample[], { workloadOfPod }: Around): ReadonlySet<string> {
  return new Set(refusals.map(({ metric }) => counterOwner(metric, workloadOfPod)))
}

/** No metric tells a port: it is known where the Service has one only, or one only of this protocol. */
export function portOf(
  workload: Workload | undefined,
  { destination, protocol }: Pick<SeenFlow, 'destination' | 'protocol'>,
): number | null {
  const ports = (workload?.ports ?? []).filter(({ service }) => service === destination.service)
  const [only] = ports
  if (ports.length === 1 && only) return only.port
  const [fitting, ...more] = ports.filter(port => port.protocol === protocol)
  const isSettled = more.length === 0 && ports.every(port => port.protocol !== 'unknown')
  return fitting !== undefined && isSettled ? fitting.port : null
}
