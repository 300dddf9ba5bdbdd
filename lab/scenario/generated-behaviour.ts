import type { Behaviour, Call } from '#lab/contract.ts'
import { behaviour, get, grpc, http, post, tcp } from './calls.ts'
import { addresses, as, employee, from } from './clients.ts'
import type { Party } from './landscape.ts'
import type { Random } from './random.ts'
import { type ExternalHost, isExternal, type Link, type Web } from './web.ts'
import { verbs } from './words.ts'

/** What a generated mesh's workloads do: the web's links as calls, with paths, sizes and times. */
export function generatedBehaviours(
  parties: Party[],
  web: Web,
  replicas: ReadonlyMap<string, number>,
  random: Random,
): Behaviour[] {
  const outgoing = Map.groupBy(web.links, link => link.caller.id)
  return [
    ...parties.flatMap(party => {
      const chance = random.fork(party.id)
      const calls = (outgoing.get(party.id) ?? []).map(link => callOf(link, chance))
      const rate = web.rates.get(party.id) ?? 0
      const pods = Math.max(
        1,
        party.versions.reduce((sum, version) => sum + (replicas.get(workloadKey(party, version)) ?? 1), 0),
      )
      const origin = web.origins.get(party.id)
      return party.versions.map(version =>
        behaviour(
          party.place.name,
          workloadName(party, version),
          latencyOf(party, chance),
          origin === undefined ? calls : [],
          {
            errorRatio: party.isDegraded && version === party.versions.at(-1) ? chance.between(0.002, 0.04) : 0,
            clientErrorRatio: party.kind === 'front' || chance.chance(0.1) ? chance.between(0.0005, 0.012) : 0,
            // Room for the day's peak and one lost pod.
            capacity: Math.ceil(Math.max(40, (rate / pods) * chance.between(2.2, 4))),
            startup: Math.round(chance.between(3, party.store ? 20 : 12)),
            ...(origin === undefined
              ? {}
              : { origin: { rate: origin, daily: party.kind === 'gateway' ? 0.35 : 0.1, calls } }),
          },
        ),
      )
    }),
    ...web.externals
      .filter(external => external.access === 'egress-gateway')
      .map(({ host }) =>
        behaviour('gateways', 'egress-gateway', [0.6, 3], [http(host, 443, 1, [post('/v1/query', 700, 900)])], {
          capacity: 4000,
        }),
      ),
    ...[...new Set(parties.map(party => party.place))]
      .filter(place => place.hasWaypoint)
      .map(place => behaviour(place.name, 'waypoint', [0.6, 3], [], { capacity: 4000 })),
  ]
}

export const workloadName = (party: Party, version: string): string =>
  party.kind === 'gateway' ? `${party.name}-istio` : party.versions.length > 1 ? `${party.name}-${version}` : party.name

export const workloadKey = (party: Party, version: string): string =>
  `${party.place.name}/${workloadName(party, version)}`

function latencyOf(party: Party, random: Random): [number, number] {
  const median = party.kind === 'gateway' ? 0.6 : party.store ? random.between(0.4, 4) : random.between(2, 24)
  return [round(median), round(median * random.between(3, 9))]
}

const round = (milliseconds: number): number => Math.round(milliseconds * 10) / 10

function callOf({ caller, callee, perRequest, isOptional }: Link, random: Random): Call {
  const habits = {
    optional: isOptional,
    parallel: random.chance(0.45),
    timeout: random.pick([2000, 5000, 10_000, 15_000]),
  }
  if (isExternal(callee)) return externalCall(callee, perRequest, habits, random)
  const { port } = callee
  if (port === null) throw new Error(`${callee.id} is called but has no port.`)
  const host = `${callee.name}.${callee.place.name}`
  const small = Math.round(random.between(200, 3000))
  const large = Math.round(random.between(1000, 40_000))
  switch (callee.protocol) {
    case 'tcp':
      return tcp(
        host,
        port.port,
        perRequest,
        { sent: small, received: large, callsPerConnection: Math.round(random.between(100, 2000)) },
        habits,
      )
    case 'grpc': {
      const service = `/${callee.domain}.v1.${pascal(callee.name)}`
      const [one, other] = random.shuffle(verbs)
      return grpc(
        host,
        port.port,
        perRequest,
        [post(`${service}/${one}`, small, large, 3), post(`${service}/${other}`, small, small)],
        habits,
      )
    }
    case 'http': {
      // A gateway's path is what its HTTPRoute matches.
      const prefix = caller.kind === 'gateway' ? routePrefix(callee) : `/${callee.domain}`
      if (caller.kind === 'gateway') return http(host, port.port, perRequest, fromOutside(prefix, small, large), habits)
      return http(
        host,
        port.port,
        perRequest,
        [get(prefix, large, 3), get(`${prefix}/{id}`, small, 5), post(prefix, small, 300, 2)],
        habits,
      )
    }
  }
}

/** Everybody may read; who writes has signed in; and some sessions have ended unnoticed. */
const fromOutside = (prefix: string, small: number, large: number) => [
  from(addresses.home, get(prefix, large, 3)),
  from(addresses.mobile, get(`${prefix}/{id}`, small, 5)),
  as(employee.alan, addresses.office, post(prefix, small, 300, 2)),
  as(employee.late, addresses.office, get(`${prefix}/{id}`, small, 0.03)),
]

/** Under which path a front is reached from outside: its namespace, which is unique. */
export const routePrefix = (front: Party): string => `/${front.place.name}`

const externalCall = (
  external: ExternalHost,
  perRequest: number,
  habits: { optional: boolean; parallel: boolean; timeout: number },
  random: Random,
): Call =>
  external.protocol === 'tcp'
    ? tcp(external.host, external.port, perRequest, { sent: 1700, received: 300, callsPerConnection: 1 }, habits)
    : http(
        external.host,
        external.port,
        perRequest,
        [post('/v1/query', 700, Math.round(random.between(300, 4000)))],
        habits,
      )

const pascal = (name: string): string =>
  name
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
