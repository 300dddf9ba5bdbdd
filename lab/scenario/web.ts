import type { Landscape, Party, Place, Size } from './landscape.ts'
import { createNeighbours } from './neighbours.ts'
import type { Random } from './random.ts'
import { externalNames } from './words.ts'

/** Who calls whom in a generated mesh, and how often. */

export interface Link {
  caller: Party
  callee: Party | ExternalHost
  /** Calls per request of the caller. Of a root's links: the share of its requests, or of its runs. */
  perRequest: number
  /** The caller answers without it. */
  isOptional: boolean
}

export interface ExternalHost {
  kind: 'external'
  id: string
  host: string
  protocol: 'http' | 'tcp'
  port: number
  access: 'egress-gateway' | 'service-entry' | 'passthrough'
}

export interface Web {
  links: Link[]
  externals: ExternalHost[]
  /** Requests per second at each party, all its versions together. */
  rates: Map<string, number>
  /** Requests per second that begin at each root. */
  origins: Map<string, number>
}

export const isExternal = (callee: Party | ExternalHost): callee is ExternalHost => callee.kind === 'external'

export function createWeb(size: Size, landscape: Landscape, random: Random): Web {
  const externals = createExternals(size.externals)
  const neighbours = createNeighbours(landscape.places, random.fork('neighbours'))
  const pairs = createPairs(size.edges, landscape.parties, externals, neighbours, random.fork('pairs'))
  const links = [...pairs.values()].flatMap(callees => weigh(callees, random.fork(callees[0]?.caller.id ?? '')))
  return { links, externals, ...flow(size.hopRate, landscape.parties, links, random.fork('origins')) }
}

function createExternals(count: number): ExternalHost[] {
  return externalNames.slice(0, count).map((name, index): ExternalHost => {
    const host = `${name}.example`
    const isMail = name.startsWith('smtp.') || name.startsWith('push.')
    // One host only leaves through the egress gateway: what arrives there then says which host it is for.
    const access = index === 0 ? 'egress-gateway' : isMail || index % 3 === 2 ? 'passthrough' : 'service-entry'
    return { kind: 'external', id: host, host, protocol: isMail ? 'tcp' : 'http', port: isMail ? 587 : 80, access }
  })
}

type Pair = Pick<Link, 'caller' | 'callee'>

/** Draws pairs until as many workloads call each other as the size asks for. Keyed by caller. */
function createPairs(
  edges: number,
  parties: Party[],
  externals: ExternalHost[],
  neighbours: ReadonlyMap<Place, readonly Place[]>,
  random: Random,
): Map<string, Pair[]> {
  const byCaller = new Map<string, Pair[]>()
  const drawn = new Set<string>()
  let count = 0
  const add = (caller: Party, callee: Party | ExternalHost): boolean => {
    const key = `${caller.id} ${callee.id}`
    if (drawn.has(key)) return false
    drawn.add(key)
    byCaller.set(caller.id, [...(byCaller.get(caller.id) ?? []), { caller, callee }])
    count += caller.versions.length * (isExternal(callee) ? 1 : callee.versions.length)
    return true
  }

  const gateways = parties.filter(party => party.kind === 'gateway')
  const fronts = parties.filter(party => party.kind === 'front')
  const inner = parties.filter(party => (party.kind === 'front' || party.kind === 'service') && party.layer > 0)
  const callable = parties.filter(party => party.kind === 'service' || (party.kind === 'legacy' && party.port !== null))
  const roots = parties.filter(party => party.layer === 0 && party.kind !== 'gateway')

  fronts.forEach((front, index) => add(gateways[index % gateways.length] ?? random.pick(gateways), front))
  const knows = (caller: Party, callee: Party): boolean =>
    caller.place === callee.place || (neighbours.get(caller.place)?.includes(callee.place) ?? false)
  // Nobody is left uncalled: a caller from above, of the same team where there is one.
  for (const callee of callable) add(callerFor(callee, inner, knows, random), callee)
  for (const root of roots)
    for (let wanted = 1 + random.int(3); wanted > 0; wanted--)
      add(
        root,
        pickWhere(
          callable,
          callee => callee !== root && (root.kind === 'job' ? knows(root, callee) : isOpen(callee)),
          random,
        ),
      )
  for (const store of parties.filter(party => party.kind === 'store')) {
    const owners = inner.filter(
      party => party.domain === store.domain && party.place.mode !== 'none' && party.kind === 'service',
    )
    for (const owner of random.shuffle(owners).slice(0, 1 + random.int(4))) add(owner, store)
    if (owners.length === 0) add(random.pick(inner), store)
  }
  for (const external of externals)
    for (let wanted = 1 + random.int(3); wanted > 0; wanted--)
      add(
        pickWhere(inner, party => party.layer > 1 && party.place.mode !== 'none', random),
        external,
      )

  // The rest of the pairs, where teams know each other; in each team the earlier in this order, the more often called.
  const popular = random.shuffle(callable)
  const teams = Map.groupBy(popular, callee => callee.place)
  for (let tries = 0; count < edges && tries < edges * 60; tries++) {
    const caller = random.pick(inner)
    const known = neighbours.get(caller.place) ?? []
    const place = random.chance(0.5) || known.length === 0 ? caller.place : random.pick(known)
    const callees = teams.get(place) ?? []
    const callee = callees[Math.floor(callees.length * random.next() ** 1.4)]
    if (callee !== undefined && callee.layer > caller.layer) add(caller, callee)
  }
  return byCaller
}

/** Plaintext gets in: no sidecar that insists on mTLS. */
const isOpen = (callee: Party): boolean => !callee.place.isStrict

function callerFor(
  callee: Party,
  inner: Party[],
  knows: (caller: Party, callee: Party) => boolean,
  random: Random,
): Party {
  const anyone = inner.filter(party => party.layer < callee.layer)
  const known = anyone.filter(party => knows(party, callee))
  const above = known.length > 0 ? known : anyone
  const near = above.filter(party => party.place === callee.place)
  const next = near.filter(party => party.layer === callee.layer - 1)
  if (next.length > 0 && random.chance(0.7)) return random.pick(next)
  return random.pick(near.length > 0 && random.chance(0.8) ? near : above)
}

function pickWhere<T>(items: readonly T[], suits: (item: T) => boolean, random: Random): T {
  const fitting = items.filter(suits)
  if (fitting.length === 0) throw new Error('No item of a generated mesh suits; the size is too small for its rules.')
  return random.pick(fitting)
}

/**
 * Gives each caller a budget of calls per request and splits it unevenly, so that total traffic stays in proportion to
 * what enters, however deep the graph.
 */
function weigh(pairs: Pair[], random: Random): Link[] {
  const isRoot = pairs[0]?.caller.layer === 0
  const weights = pairs.map(() => Math.exp(2.4 * (random.next() + random.next() - 1)))
  const calls = pairs.filter(pair => pair.callee.kind !== 'store').length
  const total = pairs.reduce((sum, pair, index) => sum + (pair.callee.kind === 'store' ? 0 : (weights[index] ?? 0)), 0)
  const budget = isRoot ? 1 : Math.min(1.15, 0.35 * calls) * random.between(0.75, 1.2)
  return pairs.map((pair, index) => ({
    ...pair,
    perRequest: pair.callee.kind === 'store' ? random.between(0.2, 1.2) : ((weights[index] ?? 0) / total) * budget,
    isOptional: isOptional(pair, random),
  }))
}

/**
 * What is known to fail is called so that its failures stay with it, else one bad service would redden the whole mesh.
 * A gateway's answer is always that of what is behind it.
 */
function isOptional({ caller, callee }: Pair, random: Random): boolean {
  if (caller.kind === 'gateway') return false
  if (isExternal(callee)) return random.chance(0.5)
  return random.chance(callee.isDegraded ? 0.95 : 0.12)
}

/** Rates from the roots down; what enters at the gateways is scaled until all hops together make `hopRate`. */
function flow(hopRate: number, parties: Party[], links: Link[], random: Random): Pick<Web, 'rates' | 'origins'> {
  const outgoing = Map.groupBy(links, link => link.caller.id)
  const ordered = parties.toSorted((one, other) => one.layer - other.layer)
  const spread = (origins: Map<string, number>): { rates: Map<string, number>; hops: number } => {
    const rates = new Map(origins)
    let hops = 0
    for (const party of ordered)
      for (const { callee, perRequest } of outgoing.get(party.id) ?? []) {
        const rate = (rates.get(party.id) ?? 0) * perRequest
        rates.set(callee.id, (rates.get(callee.id) ?? 0) + rate)
        hops += rate
      }
    return { rates, hops }
  }
  const jobs = new Map(
    parties
      .filter(party => party.layer === 0 && party.kind !== 'gateway')
      .map(party => [party.id, Math.exp(random.between(Math.log(0.02), Math.log(6)))]),
  )
  const gateways = new Map(
    parties.filter(party => party.kind === 'gateway').map(party => [party.id, random.between(0.5, 1.5)]),
  )
  const scale = (hopRate - spread(jobs).hops) / spread(gateways).hops
  const origins = new Map([...jobs, ...[...gateways].map(([id, rate]): [string, number] => [id, rate * scale])])
  return { origins, rates: spread(origins).rates }
}
