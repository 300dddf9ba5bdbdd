import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply, diff } from './diff.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { edge, graph, node } from './graph.fixture.ts'
import { quantise } from './quantise.ts'

const number = fc.oneof(
  fc.constantFrom(0, 1, 12.3, 12.4, 999, 1000, 0.000_834),
  fc.double({ noNaN: true, min: -1e300, max: 1e300 }).map(value => (Object.is(value, -0) ? 0 : value)),
  fc.integer({ min: 0, max: 100_000 }).map(value => Number((value / 7).toPrecision(3))),
)
const orNull = fc.oneof(fc.constant(null), number)
const health = fc.constantFrom('healthy', 'degraded', 'failing', 'unknown')
const reason = fc.oneof(
  fc.constant(null),
  fc.record({ rule: fc.constantFrom('serverErrors', 'noTraffic'), value: number, threshold: number }),
)
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const nodes = fc.uniqueArray(
  fc
    .record({
      name,
      health,
      reason,
      versions: fc.array(fc.record({ version: name, requestRate: orNull, ready: number, pods: number })),
      pods: fc.oneof(fc.constant(null), fc.record({ ready: number, total: number })),
      related: fc.array(name),
      isIdle: fc.boolean(),
    })
    .map(rest => node(`service:shop/${rest.name}`, rest as Partial<GraphNode>)),
  { selector: item => item.id },
)
const edges = fc.uniqueArray(
  fc
    .record({
      source: name,
      destination: name,
      rest: fc.record({ requestRate: number, byteRate: number, mtlsRatio: orNull, health, reason }),
    })
    .map(({ source, destination, rest }) => edge(source, destination, rest as Partial<GraphEdge>)),
  { selector: item => item.id },
)
const graphs = fc
  .record({ nodes, edges, at: number, window: number, partial: fc.array(name), open: fc.array(name) })
  .map(({ nodes, edges, ...rest }) => graph(nodes, edges, rest))

const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

describe('the difference of two graphs', () => {
  it('turns the one into the other, order included, through JSON', () => {
    fc.assert(
      fc.property(graphs, graphs, (before, after) => {
        const change = diff(before, after)
        expect(change === null ? before : apply(before, overTheWire(change))).toEqual(after)
      }),
      { numRuns: 1000 },
    )
  })

  it('turns quantised graphs into each other, with values held from the one before', () => {
    fc.assert(
      fc.property(graphs, graphs, (first, second) => {
        const before = quantise(first)
        const after = quantise(second, before)
        const change = diff(before, after)
        expect(change === null ? before : apply(before, overTheWire(change))).toEqual(after)
      }),
      { numRuns: 300 },
    )
  })

  it('is null exactly when nothing changed', () => {
    fc.assert(
      fc.property(graphs, before => {
        expect(diff(before, structuredClone(before))).toBeNull()
      }),
    )
    const before = graph([], [])
    expect(diff(before, { ...before, at: before.at + 1 })).toEqual({ head: { at: before.at + 1 } })
  })

  it('says a number that moved as steps of its third digit, also across a power of ten', () => {
    const before = graph([], [edge('a', 'b', { requestRate: 9.99 }), edge('a', 'c', { requestRate: 20 })])
    const after = graph([], [edge('a', 'b', { requestRate: 10.1 }), edge('a', 'c', { requestRate: 20 })])
    expect(diff(before, after)?.edges).toEqual({ columns: { requestRate: { steps: { rows: [0], by: [2] } } } })
  })

  it('leaves out the rows when every row changed', () => {
    const before = graph([], [edge('a', 'b', { requestRate: 1 }), edge('a', 'c', { requestRate: 2 })])
    const after = graph([], [edge('a', 'b', { requestRate: 1.01 }), edge('a', 'c', { requestRate: 0 })])
    expect(diff(before, after)?.edges?.columns).toEqual({
      requestRate: { steps: { rows: [0], by: [1] }, values: { rows: [1], to: [0] } },
    })
    const all = graph([], [edge('a', 'b', { requestRate: 1.01 }), edge('a', 'c', { requestRate: 2.02 })])
    expect(diff(before, all)?.edges?.columns).toEqual({ requestRate: { steps: { by: [1, 2] } } })
  })

  it('descends into versions and pods instead of repeating them', () => {
    const version = { version: 'v1', requestRate: 10, ready: 2, pods: 2 }
    const before = graph([node('service:shop/cart', { versions: [version], pods: { ready: 2, total: 2 } })], [])
    const after = graph(
      [node('service:shop/cart', { versions: [{ ...version, requestRate: 10.5 }], pods: { ready: 0, total: 2 } })],
      [],
    )
    expect(diff(before, after)?.nodes?.columns).toEqual({
      'versions.0.requestRate': { steps: { by: [5] } },
      'pods.ready': { values: { to: [0] } },
    })
  })

  it('adds and removes by place', () => {
    const before = graph([node('service:a/a'), node('service:b/b'), node('service:d/d')], [])
    const after = graph([node('service:a/a'), node('service:c/c'), node('service:d/d')], [])
    expect(diff(before, after)?.nodes).toEqual({ removed: [1], added: { at: [1], items: [after.nodes[1]] } })
  })

  it('keeps the identity of what did not change, so that only changed elements are drawn again', () => {
    const before = graph([node('service:a/a'), node('service:b/b')], [edge('service:a/a', 'service:b/b')])
    const after: Graph = { ...before, nodes: [{ ...node('service:a/a'), health: 'failing' }, node('service:b/b')] }
    const change = diff(before, after)
    const applied = apply(before, change ?? { head: {} })
    expect(applied.nodes[1]).toBe(before.nodes[1])
    expect(applied.edges).toBe(before.edges)
    expect(applied.nodes[0]?.health).toBe('failing')
    expect(before.nodes[0]?.health).toBe('healthy')
  })
})
