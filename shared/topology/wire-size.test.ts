import { describe, expect, it } from 'vitest'
import { diff } from './diff.ts'
import type { Graph, GraphEdge } from './graph.ts'
import { edge, graph, node } from './graph.fixture.ts'
import { quantise } from './quantise.ts'

/** A mesh of 1,000 pods at service level: 300 services, 1,500 edges, nearly every rate another one at each scrape. */
const services = 300
const edgeCount = 1500

describe('the size of a change on the wire', () => {
  it('stays small for a mesh of a thousand pods', async () => {
    const random = randomOf(7)
    const rates = Array.from({ length: edgeCount }, () => Math.exp(random() * 9 - 3))
    const sizes: number[] = []
    let window = [0, 1, 2, 3].map(() => rates.map(rate => arrivals(rate, random)))
    let shown = quantise(reading(window, rates, random))
    for (let scrape = 1; scrape <= 15; scrape++) {
      window = [...window.slice(1), rates.map(rate => arrivals(rate, random))]
      const next = quantise({ ...reading(window, rates, random), at: shown.at + 15_000 }, shown)
      const change = diff(shown, next)
      sizes.push(await gzipped(JSON.stringify(change)))
      shown = next
    }
    const median = sizes.toSorted((a, b) => a - b)[7] ?? 0
    console.log(`a change of ${edgeCount} edges: median ${median} bytes of gzipped JSON`)
    expect(median).toBeGreaterThan(500)
    expect(median).toBeLessThan(8000)
  })
})

/** Requests of one scrape interval of 15 s: a Poisson number, near enough by the normal distribution. */
function arrivals(rate: number, random: () => number): number {
  const mean = rate * 15
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
}

function reading(window: number[][], rates: number[], random: () => number): Graph {
  const edges: GraphEdge[] = rates.map((_, index) => {
    const requestRate = window.reduce((sum, scrape) => sum + (scrape[index] ?? 0), 0) / 60
    const errorRatio = index % 10 === 0 && requestRate > 0 ? 0.02 + random() * 0.002 : 0
    return edge(
      `service:ns-${index % 40}/s${index % services}`,
      `service:ns-${(index * 7) % 40}/s${(index * 31 + 1) % services}`,
      {
        id: `edge ${index}`,
        requestRate,
        byteRate: requestRate * (800 + index + random() * 50),
        meanDuration: (5 + (index % 90)) * (0.98 + random() * 0.04),
        errorRatio,
        health: errorRatio > 0 ? 'degraded' : 'healthy',
        reason: {
          rule: 'serverErrors',
          value: errorRatio,
          threshold: 0,
          limits: { degraded: 0, failing: 0.1 },
          seen: Math.round(requestRate * 60),
        },
      },
    )
  })
  const nodes = Array.from({ length: services }, (_, index) =>
    node(`service:ns-${index % 40}/s${index}`, {
      versions: [
        {
          version: 'v1',
          requestRate: edges
            .filter((_, at) => (at * 31 + 1) % services === index)
            .reduce((sum, { requestRate }) => sum + requestRate, 0),
          ready: 3,
          pods: 3,
        },
      ],
    }),
  )
  return graph(nodes, edges)
}

async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return (await new Response(stream).arrayBuffer()).byteLength
}

/** Mulberry32: the same numbers in every run. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
