import { grpcPort, httpPort, stores } from './catalogue.ts'
import type { Random } from './random.ts'
import { backRoles, dataPlaces, domains, frontRoles, gatewayNames, jobRoles } from './words.ts'
import { legacyPlaces, legacySystems, middleRoles, regions } from './words.ts'

/** Who exists in a generated mesh: its namespaces and the parties in them. Who calls whom is the web's matter. */

export interface Size {
  pods: number
  workloads: number
  /** Pairs of workloads of which one calls the other. */
  edges: number
  namespaces: number
  nodes: number
  /** Requests per second, every hop counted once. */
  hopRate: number
  gateways: number
  externals: number
}

export interface Place {
  name: string
  domain: string
  role: 'gateways' | 'data' | 'legacy' | 'team'
  mode: 'sidecar' | 'ambient' | 'none'
  hasWaypoint: boolean
  isStrict: boolean
  /** Nobody enters but by an ALLOW. */
  isClosed: boolean
}

export interface Party {
  /** `namespace/name` */
  id: string
  place: Place
  name: string
  domain: string
  kind: 'gateway' | 'front' | 'service' | 'job' | 'store' | 'legacy'
  /** Calls lead to higher layers only, so nothing ever calls itself in a circle. */
  layer: number
  protocol: 'http' | 'grpc' | 'tcp'
  /** Null for what only calls. */
  port: { name: string; port: number; appProtocol?: string } | null
  store: keyof typeof stores | null
  versions: string[]
  isDegraded: boolean
}

export interface Landscape {
  places: Place[]
  parties: Party[]
}

export const deepest = 5
const storeLayer = deepest + 1

export function createLandscape(size: Size, random: Random): Landscape {
  const places = createPlaces(size, random.fork('places'))
  const inRole = (role: Place['role']) => places.filter(place => place.role === role)
  const waypoints = places.filter(place => place.hasWaypoint).length
  const gateways = gatewayNames
    .slice(0, size.gateways)
    .map((name, index) => gateway(name, at(inRole('gateways'), index)))
  const legacy = legacyParties(inRole('legacy'), Math.round(size.workloads * 0.035))
  const teams = inRole('team')
  const data = storeParties(inRole('data'), teams, Math.round(size.workloads * 0.07), random.fork('stores'))
  // Three workloads of Istio's own, one egress gateway, and a waypoint per namespace that has one.
  const rest = size.workloads - 4 - waypoints - gateways.length - legacy.length - data.length
  const members = teamParties(teams, rest, random.fork('teams'))
  // A few services are not quite well, as in any mesh of this size; most of it is quiet.
  const services = random.fork('degraded').shuffle(members.filter(({ kind }) => kind === 'service'))
  for (const service of services.slice(0, Math.ceil(services.length * 0.015))) service.isDegraded = true
  return { places, parties: [...gateways, ...members, ...legacy, ...data] }
}

function createPlaces(size: Size, random: Random): Place[] {
  const share = (ratio: number, least: number) => Math.max(least, Math.round(size.namespaces * ratio))
  const plain = { mode: 'sidecar' as const, hasWaypoint: false, isStrict: false, isClosed: false }
  const special: Place[] = [
    ...['gateways', 'edge']
      .slice(0, share(0.01, 1))
      .map(name => ({ ...plain, name, domain: name, role: 'gateways' as const })),
    ...dataPlaces.slice(0, share(0.03, 2)).map(name => ({ ...plain, name, domain: name, role: 'data' as const })),
    ...legacyPlaces
      .slice(0, share(0.03, 2))
      .map(name => ({ ...plain, name, domain: name, role: 'legacy' as const, mode: 'none' as const })),
  ]
  // istio-system is one of the namespaces, but no party lives there.
  const count = size.namespaces - special.length - 1
  const names = [
    ...random.shuffle(domains).map(domain => ({ name: domain as string, domain: domain as string })),
    ...random.shuffle(
      regions.flatMap(region => domains.map(domain => ({ name: `${domain}-${region}`, domain: domain as string }))),
    ),
  ].slice(0, count)
  const ambient = share(0.175, 3)
  const waypoints = share(0.125, 2)
  const teams = names.map((name, index): Place => {
    const isAmbient = index < ambient
    const isClosed = !isAmbient && random.chance(0.3)
    return {
      ...name,
      role: 'team',
      mode: isAmbient ? 'ambient' : 'sidecar',
      hasWaypoint: index < waypoints,
      isStrict: isClosed ? random.chance(0.8) : random.chance(isAmbient ? 0.3 : 0.6),
      isClosed,
    }
  })
  return [...special, ...teams]
}

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('A landscape needs at least one namespace of each role.')
  return item
}

type Drawn = Pick<Party, 'name' | 'kind' | 'layer'> & Partial<Party>

const party = (place: Place, drawn: Drawn): Party => ({
  id: `${place.name}/${drawn.name}`,
  place,
  domain: place.domain,
  protocol: 'http',
  port: httpPort,
  store: null,
  versions: ['v1'],
  isDegraded: false,
  ...drawn,
})

const gateway = (name: string, place: Place): Party =>
  party(place, { name, kind: 'gateway', layer: 0, port: { name: 'http', port: 80 } })

/** Two in three only call; the others are also called, in plaintext. */
function legacyParties(places: Place[], count: number): Party[] {
  const names = [...legacySystems, ...regions.flatMap(region => legacySystems.map(name => `${name}-${region}`))]
  if (count > names.length) throw new Error(`Only ${names.length} legacy systems have names; ${count} are wanted.`)
  return names.slice(0, count).map((name, index) => {
    const place = at(places, index)
    const isCalled = index % 3 === 2
    return isCalled
      ? party(place, { name, kind: 'legacy', layer: deepest, domain: name })
      : party(place, { name, kind: 'legacy', layer: 0, port: null, domain: name })
  })
}

/** Which data namespaces hold which stores, where there are several. */
const homes: Record<keyof typeof stores, readonly string[]> = {
  postgres: ['data', 'databases', 'warehousing'],
  redis: ['caches'],
  kafka: ['streaming', 'queues'],
}

function storeParties(places: Place[], teams: Place[], count: number, random: Random): Party[] {
  const owners = [...new Set(teams.map(team => team.domain))]
  const drawn = random.shuffle(owners.flatMap(domain => kinds.map(kind => ({ kind, domain })))).slice(0, count)
  if (drawn.length < count) throw new Error(`${owners.length} domains cannot own ${count} stores.`)
  return drawn.map(({ kind, domain }) => {
    const fitting = places.filter(place => homes[kind].includes(place.name))
    return party(random.pick(fitting.length > 0 ? fitting : places.slice(0, 1)), {
      name: `${domain}-${kind}`,
      kind: 'store',
      layer: storeLayer,
      protocol: 'tcp',
      port: stores[kind].port,
      store: kind,
      domain,
    })
  })
}

const kinds = ['postgres', 'redis', 'kafka'] as const

/** Fills the teams' namespaces with exactly `count` workloads: small teams and large ones. */
function teamParties(teams: Place[], count: number, random: Random): Party[] {
  const appetites = teams.map(() => 0.4 + random.next() ** 2 * 2)
  const total = appetites.reduce((sum, appetite) => sum + appetite, 0)
  const parties: Party[] = []
  let left = count
  teams.forEach((place, index) => {
    const isLast = index === teams.length - 1
    const wanted = Math.max(2, Math.round(((appetites[index] ?? 1) / total) * count))
    const room = isLast ? left : Math.min(wanted, left - 2 * (teams.length - 1 - index))
    left -= room
    parties.push(...teamOf(place, room, random.fork(place.name)))
  })
  return parties
}

function teamOf(place: Place, count: number, random: Random): Party[] {
  const roles: { kind: Party['kind']; role: string; layer: number }[] = [
    { kind: 'front', role: random.pick(frontRoles), layer: 1 },
    ...random.shuffle([
      ...middleRoles.map(role => ({ kind: 'service' as const, role, layer: 2 + random.int(2) })),
      ...backRoles.map(role => ({ kind: 'service' as const, role, layer: 4 + random.int(deepest - 3) })),
    ]),
  ]
  if (random.chance(0.3)) roles.splice(2, 0, { kind: 'job', role: random.pick(jobRoles), layer: 0 })
  const parties: Party[] = []
  let left = count
  for (const { kind, role, layer } of roles) {
    if (left === 0) break
    const versions = left > 1 && kind === 'service' && random.chance(0.12) ? ['v1', 'v2'] : ['v1']
    left -= versions.length
    const protocol = kind === 'service' && random.chance(place.mode === 'ambient' ? 0.6 : 0.35) ? 'grpc' : 'http'
    parties.push(
      party(place, {
        name: `${place.domain}-${role}`,
        kind,
        layer,
        versions,
        protocol,
        port: layer === 0 ? null : protocol === 'grpc' ? grpcPort : httpPort,
      }),
    )
  }
  if (left > 0) throw new Error(`The team ${place.name} has more workloads than there are names for.`)
  return parties
}
