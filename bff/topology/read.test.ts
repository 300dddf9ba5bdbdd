import { describe, expect, it } from 'vitest'
import { SourceError } from '#bff/sources/source.ts'
import { TopologyQuery } from '#shared/topology/api.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { readTopology } from './read.ts'
import { answering, oneCall, sourcesOf } from '#bff/mesh/sources.fixture.ts'

const all = TopologyQuery.parse({})

describe('a reading', () => {
  it('asks at most eight queries, all of one moment (telemetry rule 11)', async () => {
    const deps = sourcesOf({ answer: answering(oneCall) })
    const graph = await readTopology(all, deps)
    expect(deps.asked.length).toBeLessThanOrEqual(8)
    expect(new Set(deps.asked.map(({ at }) => at))).toEqual(new Set([1_800_000_000_000]))
    expect(graph.reading.queries).toBe(deps.asked.length)
    expect(graph.edges).toHaveLength(1)
  })

  it('asks as many for hundreds of namespaces (telemetry rule 12)', async () => {
    const deps = sourcesOf({})
    const namespaces = Array.from({ length: 300 }, (_, index) => `team-${index}`)
    await readTopology(TopologyQuery.parse({ namespaces: namespaces.join(',') }), deps)
    expect(deps.asked.length).toBeLessThanOrEqual(8)
  })

  it('looks back as far as Prometheus’ own scrape interval asks for, unless told', async () => {
    expect((await readTopology(all, sourcesOf({ interval: 30 }))).window).toBe(120)
    expect((await readTopology({ ...all, window: 300 }, sourcesOf({}))).window).toBe(300)
  })

  it('passes on what is wrong with Prometheus, and stops the other questions', async () => {
    const signals: AbortSignal[] = []
    const deps = sourcesOf({
      answer: (promql, signal) => {
        if (signal) signals.push(signal)
        if (promql.includes('duration')) throw new SourceError('prometheus', 'timeout', 'too slow')
        return []
      },
    })
    await expect(readTopology(all, deps)).rejects.toMatchObject({ reason: 'timeout' })
    expect(signals.length).toBeGreaterThan(1)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it('ends when its caller has gone', async () => {
    const gone = new AbortController()
    const deps = sourcesOf({
      answer: (_, signal) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('gone')))),
    })
    const reading = readTopology(all, deps, gone.signal)
    await Promise.resolve()
    gone.abort()
    await expect(reading).rejects.toThrow('gone')
  })

  it('draws without Kubernetes, and says what is missing', async () => {
    const graph = await readTopology(all, sourcesOf({ answer: answering(oneCall) }))
    expect(graph.edges).toHaveLength(1)
    expect(graph.partial).toEqual([
      'Kubernetes has not told what exists (the API server at http://k does not answer): pods, versions, modes and idle workloads are missing.',
    ])
  })

  it('of a past moment says that Kubernetes keeps none', async () => {
    const objects = cluster([{ name: 'shop/web' }])
    expect((await readTopology(all, sourcesOf({ objects }))).partial).toEqual([])
    const past = await readTopology({ ...all, at: 1_799_999_000_000 }, sourcesOf({ objects }))
    expect(past.at).toBe(1_799_999_000_000)
    expect(past.partial).toHaveLength(1)
  })
})
