import { describe, expect, it } from 'vitest'
import { TopologyQuery } from '#shared/topology/api.ts'
import { apply } from '#shared/topology/diff.ts'
import { topologySubject } from './feed.ts'
import { request } from '#bff/mesh/readings.fixture.ts'
import { answering, sourcesOf } from '#bff/mesh/sources.fixture.ts'

const parse = (query: Record<string, string>): TopologyQuery => TopologyQuery.parse(query)
const signal = new AbortController().signal

describe('the live map', () => {
  it('is one reading for equal scopes, however they were written', () => {
    const subject = topologySubject(sourcesOf({}))
    expect(subject.key(parse({ namespaces: 'b,a,a' }))).toBe(subject.key(parse({ namespaces: 'a,b' })))
    expect(subject.key(parse({ namespaces: 'a' }))).not.toBe(subject.key(parse({ open: 'a' })))
    expect(subject.key(parse({ level: 'service' }))).not.toBe(subject.key(parse({})))
  })

  it('reads three times a scrape, not more than every 5 s; a past moment once', async () => {
    const slow = topologySubject(sourcesOf({ interval: 60 }))
    await slow.read(parse({}), signal)
    expect(slow.every(parse({}))).toBe(20_000)
    const fast = topologySubject(sourcesOf({ interval: 5 }))
    await fast.read(parse({}), signal)
    expect(fast.every(parse({}))).toBe(5000)
    expect(fast.every(parse({ at: '2026-01-01T00:00:00Z' }))).toBeGreaterThan(3_600_000)
  })

  it('leaves Prometheus to itself for three times as long as a reading took', async () => {
    let now = 1_800_000_000_000
    const deps = { ...sourcesOf({}), now: () => (now += 4000) }
    const subject = topologySubject(deps)
    await subject.read(parse({}), signal)
    expect(subject.every(parse({}))).toBe(16_000)
  })

  it('holds numbers still while they are nearly the same, and tells the rest', async () => {
    let rate = 100.123
    const call = () => request({ from: 'shop/web', to: 'shop/cart' }, rate)
    let now = 1_800_000_000_000
    const subject = topologySubject({ ...sourcesOf({ answer: promql => answering(call())(promql) }), now: () => now })
    const first = await subject.read(parse({}), signal)
    expect(first.edges[0]?.requestRate).toBe(100)
    rate = 101.5
    now += 10_000
    const second = await subject.read(parse({}), signal)
    expect(subject.diff(first, second)?.edges).toBeUndefined()
    rate = 150
    now += 10_000
    const third = await subject.read(parse({}), signal)
    const change = subject.diff(second, third)
    expect(change?.edges?.columns).toHaveProperty('requestRate')
    expect(change && apply(second, change)).toEqual(third)
    expect(third.totals.requestRate).toBe(150)
  })

  it('is read once for all who look, and cut to what each may see', async () => {
    let now = 1_800_000_000_000
    const calls = [
      request({ from: 'shop/web', to: 'shop/cart' }, 10),
      request({ from: 'pay/ledger', to: 'pay/books' }, 3),
    ]
    const deps = sourcesOf({ answer: promql => calls.flatMap(call => answering(call)(promql)) })
    const seers = {
      of: async (user: string) => (user === 'admin' ? ('everything' as const) : new Set(['shop'])),
    }
    const subject = topologySubject({ ...deps, seers, now: () => now })
    const query = parse({ level: 'service' })
    const [admin, dev, other] = await Promise.all(
      ['admin', 'shop-dev', 'shop-other'].map(user => subject.read(query, signal, user)),
    )
    const asked = deps.asked.length
    expect(admin?.edges).toHaveLength(2)
    expect(dev?.edges.map(({ id }) => id)).toEqual(['service:shop/web>service:shop/cart:http'])
    expect(JSON.stringify(dev)).not.toContain('ledger')
    expect(dev?.totals.requestRate).toBe(10)
    // Who sees the same is told the same.
    expect(other).toBe(dev)
    now += 2000
    await subject.read(query, signal, 'viewer')
    expect(deps.asked).toHaveLength(asked)
    now += 5000
    await subject.read(query, signal, 'viewer')
    expect(deps.asked).toHaveLength(2 * asked)
  })

  it('is not called off for others when one looks away', async () => {
    const gate = Promise.withResolvers<void>()
    const deps = sourcesOf({
      answer: async promql => {
        await gate.promise
        return answering(request({ from: 'shop/web', to: 'shop/cart' }, 1))(promql)
      },
    })
    const subject = topologySubject(deps)
    const away = new AbortController()
    const [first, second] = [subject.read(parse({}), away.signal, 'a'), subject.read(parse({}), signal, 'b')]
    away.abort(new Error('gone'))
    await expect(first).rejects.toThrow('gone')
    gate.resolve()
    expect((await second).edges).toHaveLength(1)
  })
})
