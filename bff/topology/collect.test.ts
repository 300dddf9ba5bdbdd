import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sample } from '#bff/sources/source.ts'
import { Graph, type GraphEdge, type Level } from '#shared/topology/graph.ts'
import { type Asked, collect, type Reading } from './collect.ts'
import { cluster, waypointLabels } from '#bff/mesh/objects.fixture.ts'
import { bytes, connection, readings, request, type Told } from '#bff/mesh/readings.fixture.ts'

const reading = (rest: Partial<Reading>): Reading => ({
  at: 1_800_000_000_000,
  window: 60,
  readings: readings({}),
  objects: null,
  isPast: false,
  cost: { queries: 7, duration: 12 },
  partial: [],
  ...rest,
})
const asked = (rest: Partial<Asked> = {}): Asked => ({ namespaces: [], open: [], ...rest })
const web = { from: 'shop/web', to: 'shop/cart' }

/* Random meshes of a few workloads, all reporters, codes and ways. */
const name = fc.constantFrom(
  'shop/web',
  'shop/cart-v1',
  'shop/cart-v2',
  'pay/ledger',
  'logistics/waypoint',
  'old/batch',
)
const told: fc.Arbitrary<Told> = fc.record({
  reporter: fc.constantFrom('source', 'destination', 'waypoint'),
  from: fc.option(name, { nil: undefined }),
  to: fc.option(name, { nil: undefined }),
  service: fc.constantFrom('shop/cart', 'shop/web', 'pay/ledger', 'bank.example', 'PassthroughCluster'),
  protocol: fc.constantFrom('http', 'grpc'),
  code: fc.constantFrom('200', '404', '403', '503', '0'),
  flags: fc.constantFrom('-', 'UH', 'UT', 'DENY'),
  policy: fc.constantFrom('mutual_tls', 'none', 'unknown'),
  app: fc.constantFrom('any', 'ztunnel'),
})
const rate = fc.double({ min: 0, max: 1000, noNaN: true })
const series = (make: (told: Told, value: number) => Sample) =>
  fc.array(
    fc.tuple(told, rate).map(([one, value]) => make(one, value)),
    { maxLength: 12 },
  )
const anyReadings = fc.record({ requests: series(request), connections: series(connection), tcpBytes: series(bytes) })
const objects = cluster([
  { name: 'shop/web' },
  { name: 'shop/cart-v1', app: 'cart' },
  { name: 'shop/cart-v2', app: 'cart', version: 'v2' },
  { name: 'pay/ledger', proxy: 'ambient' },
  { name: 'logistics/waypoint', labels: waypointLabels },
  { name: 'old/batch', proxy: 'none', hasService: false },
])

const sum = (edges: readonly GraphEdge[], value: (edge: GraphEdge) => number): number =>
  edges.reduce((total, edge) => total + value(edge), 0)

describe('levels of one reading', () => {
  it('have the same sums, to the last bit', () => {
    fc.assert(
      fc.property(anyReadings, fc.constantFrom(objects, null), (some, known) => {
        const at = (level: Level, open: string[] = []) =>
          collect(asked({ level, open }), reading({ readings: readings(some), objects: known }))
        const graphs = [at('workload'), at('service'), at('namespace'), at('namespace', ['shop'])]
        const [finest] = graphs
        for (const graph of graphs) {
          expect(graph.totals).toEqual(finest?.totals)
          expect(sum(graph.edges, edge => edge.requestRate)).toBe(graph.totals.requestRate)
          for (const value of ['requestRate', 'connectionRate', 'byteRate'] as const)
            expect(sum(graph.edges, edge => edge[value])).toBe(sum(finest?.edges ?? [], edge => edge[value]))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are graphs by the contract, sorted, with both ends of every edge there', () => {
    fc.assert(
      fc.property(anyReadings, fc.constantFrom('workload', 'service', 'namespace', undefined), (some, level) => {
        const graph = collect(asked({ level }), reading({ readings: readings(some), objects }))
        expect(Graph.safeParse(graph).error).toBeUndefined()
        const ids = graph.nodes.map(({ id }) => id)
        expect(ids).toEqual([...new Set(ids)].sort())
        const edges = graph.edges.map(({ id }) => id)
        expect(edges).toEqual([...new Set(edges)].sort())
        for (const { source, destination, via } of graph.edges)
          for (const end of [source, destination, ...(via === null ? [] : [via])]) expect(ids).toContain(end)
        for (const { reason } of [...graph.nodes, ...graph.edges]) expect(reason).not.toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('do not depend on the order of series', () => {
    fc.assert(
      fc.property(anyReadings, some => {
        const turned = { requests: some.requests.toReversed(), connections: some.connections.toReversed() }
        const of = (more: Partial<typeof some>) =>
          collect(asked({ level: 'service' }), reading({ readings: readings({ ...some, ...more }), objects }))
        const [one, other] = [of({}), of(turned)]
        expect(other.edges.map(({ id, requestRate, errorRatio }) => ({ id, requestRate, errorRatio }))).toEqual(
          one.edges.map(({ id, requestRate, errorRatio }) => ({ id, requestRate, errorRatio })),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('the level that is drawn', () => {
  const busy = (pairs: number) =>
    readings({
      requests: Array.from({ length: pairs }, (_, index) =>
        request({ from: `ns-${index % 4}/a-${index % 40}`, to: `ns-5/b-${Math.floor(index / 40)}` }, 1),
      ),
    })
  const levelOf = (level: Level | undefined, pairs: number) => {
    const graph = collect(asked({ level }), reading({ readings: busy(pairs) }))
    return [graph.level, graph.requestedLevel]
  }

  it('is services while they fit one picture, else namespaces', () => {
    expect(levelOf(undefined, 900)).toEqual(['service', 'service'])
    expect(levelOf(undefined, 1400)).toEqual(['namespace', 'service'])
  })

  it('is what was asked for, up to what can be drawn', () => {
    expect(levelOf('service', 1400)).toEqual(['service', 'service'])
    expect(levelOf('workload', 1400)).toEqual(['workload', 'workload'])
    expect(levelOf('workload', 3000)).toEqual(['namespace', 'workload'])
  })

  it('drops nothing: a namespace says how many it stands for', () => {
    const services = collect(asked({ level: 'service' }), reading({ readings: busy(900) }))
    const grouped = collect(asked({ level: 'namespace' }), reading({ readings: busy(900) }))
    expect(grouped.nodes.reduce((total, { members }) => total + members, 0)).toBe(services.nodes.length)
    expect(grouped.totals).toEqual(services.totals)
  })

  it('opens the namespaces asked for', () => {
    const graph = collect(asked({ level: 'namespace', open: ['pay', 'nowhere'] }), reading({ objects }))
    expect(graph.open).toEqual(['pay'])
    expect(graph.nodes.map(({ id }) => id)).toContain('service:pay/ledger')
    expect(graph.nodes.map(({ id }) => id)).toContain('namespace:shop')
  })

  it('a namespace is as ill as its worst member', () => {
    const graph = collect(
      asked({ level: 'namespace' }),
      reading({
        readings: readings({
          requests: [request(web, 1000), request({ from: 'shop/web', to: 'shop/search', code: '500' }, 1)],
        }),
      }),
    )
    expect(graph.nodes[0]).toMatchObject({ health: 'failing', reason: { rule: 'serverErrors', value: 1 } })
  })
})
