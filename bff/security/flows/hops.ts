import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { weightsTogether } from '#shared/security/weights.ts'
import type { Told } from './flows.ts'

/** What proxies tell → hops, each told once; and what comes from outside, of which only gateways tell. Pure. */

const witnesses = ['waypoint', 'destination', 'source']

export function hopsOf(
  told: readonly Told[],
  workloads: ReadonlyMap<string, Workload>,
  hopOf: (told: Told) => string,
): (readonly Told[])[] {
  const ways = new Set(told.filter(({ reporter }) => reporter !== 'source').flatMap(waysOf))
  const isGateway = ({ namespace, workload: name }: { namespace: string; workload: string }) =>
    workloads.get(workloadKey({ namespace, name }))?.role === 'gateway'
  const isLeft = (one: Told) =>
    // A gateway that refuses passes nothing on.
    !(one.refused > 0 && one.destination.workload === '' && isGateway(one.source)) &&
    !isToldBetter(one, ways, workloads)
  const kept = [...Map.groupBy(told, hopOf).values()].map(hop => believed(hop).filter(isLeft))
  return [...kept, ...enteringIn(told, kept.flat(), isGateway, workloads)]
}

function believed(hop: readonly Told[]): readonly Told[] {
  const best = witnesses.find(name => hop.some(({ reporter }) => reporter === name))
  return hop.filter(({ reporter }) => reporter === best)
}

/** From where to which workload, by which Service; a waypoint stands for every workload of the Service. */
function waysOf({ reporter, source, destination }: Told): string[] {
  const way = [source.namespace, source.workload, destination.namespace, destination.service]
  const ways = [JSON.stringify([...way, destination.workload])]
  return reporter === 'waypoint' ? [...ways, JSON.stringify(way)] : ways
}

/**
 * A sidecar speaks HTTP to what its ztunnel sees as TCP, ztunnel calls TCP what a sidecar or waypoint has as HTTP, and
 * callers take the waypoint for the destination: it is one call all the same, and the other side knows more of it.
 */
function isToldBetter(one: Told, ways: ReadonlySet<string>, workloads: ReadonlyMap<string, Workload>): boolean {
  const { reporter, source, destination } = one
  if (reporter !== 'source') return false
  const { namespace, workload: name, service } = destination
  if (workloads.get(workloadKey({ namespace, name }))?.role === 'waypoint') return true
  const way = [source.namespace, source.workload, namespace, service]
  return ways.has(JSON.stringify([...way, name])) || ways.has(JSON.stringify(way))
}

/**
 * Clients outside the mesh report nothing, and a gateway only what it passes on and whom it refuses: that is what came
 * to it. One that the mesh itself calls is for what leaves, and its callers tell of it.
 */
function enteringIn(
  told: readonly Told[],
  kept: readonly Told[],
  isGateway: (place: { namespace: string; workload: string }) => boolean,
  workloads: ReadonlyMap<string, Workload>,
): Told[][] {
  const called = new Set(told.map(({ destination: { namespace, workload: name } }) => workloadKey({ namespace, name })))
  const refused = told.filter(one => one.reporter === 'source' && one.refused > 0 && one.destination.workload === '')
  const passed = kept.map(one => ({ ...one, passed: one.passed + one.refused, refused: 0 }))
  const entering = new Map<string, Told>()
  for (const { source, protocol, ...one } of [...passed, ...refused]) {
    const name = workloadKey({ namespace: source.namespace, name: source.workload })
    if (!isGateway(source) || called.has(name)) continue
    const key = `${name} ${protocol}`
    const known = entering.get(key)
    entering.set(key, {
      reporter: 'source',
      source: { namespace: '', workload: '', principal: null, isHidden: false },
      destination: {
        namespace: source.namespace,
        workload: source.workload,
        service: workloads.get(name)?.ports[0]?.service ?? '',
      } satisfies SeenFlow['destination'],
      protocol,
      mtls: false,
      passed: (known?.passed ?? 0) + one.passed,
      refused: (known?.refused ?? 0) + one.refused,
      ...weightsTogether(known ?? {}, one),
    })
  }
  return [...entering.values()].map(one => [one])
}
