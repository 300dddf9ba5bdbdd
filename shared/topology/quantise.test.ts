import { describe, expect, it } from 'vitest'
import { edge, graph, node } from './graph.fixture.ts'
import type { GraphEdge } from './graph.ts'
import { quantise } from './quantise.ts'

const shown = (before: Partial<GraphEdge>, now: Partial<GraphEdge>) => {
  const first = quantise(graph([], [edge('a', 'b', before)]))
  return quantise(graph([], [edge('a', 'b', now)]), first).edges[0]
}

describe('the graph as the live map shows it', () => {
  it('has numbers of three digits', () => {
    expect(shown({}, { requestRate: 248.159, meanDuration: 12.3456 })).toMatchObject({
      requestRate: 248,
      meanDuration: 12.3,
    })
  })

  it('keeps a number while the truth is within 2 % of it', () => {
    expect(shown({ requestRate: 100 }, { requestRate: 101.9 })?.requestRate).toBe(100)
    expect(shown({ requestRate: 100 }, { requestRate: 102.1 })?.requestRate).toBe(102)
  })

  it('does not drift: the number kept is measured against the truth, not against the last step', () => {
    let last = quantise(graph([], [edge('a', 'b', { requestRate: 100 })]))
    for (let rate = 100; rate < 110; rate += 0.5) {
      last = quantise(graph([], [edge('a', 'b', { requestRate: rate })]), last)
      expect(Math.abs((last.edges[0]?.requestRate ?? 0) - rate)).toBeLessThanOrEqual(0.02 * rate + 0.5)
    }
  })

  it('keeps nothing when the health or its reason has changed', () => {
    expect(
      shown(
        { errorRatio: 0.0999, health: 'degraded' },
        { errorRatio: 0.1001, health: 'failing', reason: { rule: 'serverErrors', value: 0.1001, threshold: 0.1 } },
      )?.errorRatio,
    ).toBe(0.1)
  })

  it('opens a lock with the first plaintext request', () => {
    expect(shown({ mtlsRatio: 1 }, { mtlsRatio: 0.9999 })?.mtlsRatio).toBe(0.999)
  })

  it('keeps the rarest flow, and missing apart from zero', () => {
    expect(shown({}, { requestRate: 3 / 3600, errorRatio: null })).toMatchObject({
      requestRate: 0.000_833,
      errorRatio: null,
    })
  })

  it('leaves counts of pods alone', () => {
    const pods = { ready: 1234, total: 1235 }
    const reason = { rule: 'podsNotReady', value: 1234, threshold: 1235 } as const
    expect(quantise(graph([node('service:a/a', { pods, reason })], [])).nodes[0]).toMatchObject({ pods, reason })
  })
})
