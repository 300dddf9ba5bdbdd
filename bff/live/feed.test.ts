import { describe, expect, it } from 'vitest'
import type { Message } from '#shared/live.ts'
import { Feed, keptChanges } from './feed.ts'
import { type Numbers, type NumbersChange, numbersSubject, settle, sourceFailure, World } from './world.fixture.ts'

type Told = Message<Numbers, NumbersChange>

/** A feed whose readings the test answers one by one. */
function feed(diff?: (before: Numbers, after: Numbers) => NumbersChange | null) {
  const world = new World()
  const told: Told[] = []
  const readings: { signal: AbortSignal; give: (state: Numbers) => void; fail: (error: Error) => void }[] = []
  const subject = numbersSubject((_, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Numbers>()
    readings.push({ signal, give: resolve, fail: reject })
    return promise
  })
  const it = new Feed({ ...subject, ...(diff && { diff }) }, { scope: 'a' }, { ...bind(world), epoch: 'e' }, message =>
    told.push(message),
  )
  return {
    feed: it,
    world,
    told,
    readings,
    last: () => told.at(-1),
    /** Answers the reading under way, or the next one when its time comes. */
    async answer(outcome: Numbers | Error) {
      if (readings.length === 0) await world.next()
      const reading = readings.shift()
      if (!reading) throw new Error('nothing was read')
      if (outcome instanceof Error) reading.fail(outcome)
      else reading.give(outcome)
      await settle()
    },
  }
}
const bind = ({ now, later, report }: World) => ({ now, later, report })

describe('a feed', () => {
  it('reads when the first one looks, once for all, and not before', async () => {
    const { feed: it, world, readings } = feed()
    await world.pass(60_000)
    expect(readings).toHaveLength(0)
    for (let index = 0; index < 200; index++) it.enter()
    await world.pass(0)
    expect(it.readings).toBe(1)
  })
  it('tells the whole first, then what changed', async () => {
    const { feed: it, told, answer } = feed()
    it.enter()
    await answer({ a: 1, b: 2 })
    await answer({ a: 1, b: 3 })
    expect(told).toMatchObject([
      { kind: 'snapshot', epoch: 'e', version: 1, state: { a: 1, b: 2 } },
      { kind: 'change', epoch: 'e', base: 1, version: 2, change: { b: 3 } },
    ])
  })
  it('is silent when nothing has changed', async () => {
    const { feed: it, told, answer } = feed()
    it.enter()
    await answer({ a: 1 })
    await answer({ a: 1 })
    expect(told).toHaveLength(1)
  })
  it('tells many small differences once they are a large one together', async () => {
    const {
      feed: it,
      told,
      answer,
    } = feed((before, after) => (Math.abs((before['a'] ?? 0) - (after['a'] ?? 0)) < 1 ? null : { a: after['a'] ?? 0 }))
    it.enter()
    for (const a of [1, 1.4, 1.8, 2.2]) await answer({ a })
    expect(told).toMatchObject([{ kind: 'snapshot' }, { kind: 'change', change: { a: 2.2 } }])
  })
  it('keeps its beat however long a reading takes, and never reads twice at a time', async () => {
    const { feed: it, world, readings, answer } = feed()
    it.enter()
    await world.pass(0)
    await world.pass(2000)
    await answer({ a: 1 })
    await world.pass(2999)
    expect(readings).toHaveLength(0)
    await world.pass(1)
    expect(readings).toHaveLength(1)
    await world.pass(60_000)
    expect(readings).toHaveLength(1)
    // It took a minute: the source rests for half as long.
    await answer({ a: 2 })
    await world.pass(29_999)
    expect(readings).toHaveLength(0)
    await world.pass(1)
    expect(readings).toHaveLength(1)
  })
  it('stops when the last one looks away, and calls off the reading under way', async () => {
    const { feed: it, world, readings, told, answer } = feed()
    it.enter()
    it.enter()
    await world.pass(0)
    it.leave()
    expect(readings[0]?.signal.aborted).toBe(false)
    it.leave()
    expect(readings[0]?.signal.aborted).toBe(true)
    await answer({ a: 1 })
    await world.pass(600_000)
    expect(it.readings).toBe(1)
    expect(told).toEqual([])
    expect(world.timers).toBe(0)
  })
  it('reads again when somebody comes back, but never beside a reading that is being called off', async () => {
    const { feed: it, world, readings, answer, last } = feed()
    it.enter()
    await world.pass(0)
    it.leave()
    it.enter()
    await world.pass(0)
    expect(it.readings).toBe(1)
    await answer(new Error('called off'))
    await world.pass(0)
    expect(readings).toHaveLength(1)
    await answer({ a: 1 })
    expect(last()).toMatchObject({ kind: 'snapshot', state: { a: 1 } })
  })
  it('shows what it knows to whoever comes back, and reads only when a tick has passed', async () => {
    const { feed: it, world, answer } = feed()
    it.enter()
    await answer({ a: 1 })
    it.leave()
    await world.pass(1000)
    it.enter()
    expect(it.catchUp()).toMatchObject([{ kind: 'snapshot', state: { a: 1 } }])
    await world.pass(0)
    expect(it.readings).toBe(1)
    it.leave()
    await world.pass(10_000)
    it.enter()
    await world.pass(0)
    expect(it.readings).toBe(2)
  })
})

describe('trouble', () => {
  it('keeps the last good state, says since when and when it tries again', async () => {
    const { feed: it, world, last, answer } = feed()
    it.enter()
    await answer({ a: 1 })
    const goodAt = world.now()
    await world.pass(5000)
    await answer(sourceFailure('Prometheus is away'))
    expect(last()).toEqual({
      kind: 'trouble',
      source: 'prometheus',
      since: world.now(),
      lastGoodAt: goodAt,
      because: 'Prometheus is away',
      nextTryAt: world.now() + 5000,
    })
    expect(it.catchUp()).toMatchObject([{ kind: 'snapshot', state: { a: 1 } }, { kind: 'trouble' }])
  })
  it('backs off, but never for longer than 15 s', async () => {
    const { feed: it, world, last, answer } = feed()
    it.enter()
    const rests: number[] = []
    for (let index = 0; index < 5; index++) {
      await answer(sourceFailure('away'))
      const message = last()
      if (message?.kind === 'trouble') rests.push((message.nextTryAt ?? 0) - world.now())
    }
    expect(rests).toEqual([5000, 10_000, 15_000, 15_000, 15_000])
    const first = last()
    await answer(sourceFailure('still away'))
    expect(last()).toMatchObject({ since: first?.kind === 'trouble' ? first.since : -1, because: 'still away' })
  })
  it('ends with the next good reading: by its change, or by the whole where nothing changed', async () => {
    const { feed: it, last, answer } = feed()
    it.enter()
    await answer({ a: 1 })
    await answer(sourceFailure('away'))
    await answer({ a: 2 })
    expect(last()).toMatchObject({ kind: 'change', base: 1, version: 2 })
    await answer(sourceFailure('away'))
    await answer({ a: 2 })
    expect(last()).toMatchObject({ kind: 'snapshot', version: 2, state: { a: 2 } })
    expect(it.catchUp()).toHaveLength(1)
  })
  it('before the first good reading is all there is to tell', async () => {
    const { feed: it, answer } = feed()
    it.enter()
    await answer(sourceFailure('away'))
    expect(it.catchUp()).toMatchObject([{ kind: 'trouble', lastGoodAt: null }])
  })
  it('of our own making is reported and told without its inner words', async () => {
    const { feed: it, world, last, answer } = feed()
    it.enter()
    await answer(new TypeError('x is undefined at secret.ts'))
    expect(last()).toMatchObject({ kind: 'trouble', source: 'weft' })
    expect(JSON.stringify(last())).not.toContain('secret')
    expect(world.reported).toHaveLength(1)
  })
})

describe('"Try now"', () => {
  it('reads at once, though not more than once a second', async () => {
    const { feed: it, world, readings, answer } = feed()
    it.enter()
    await answer({ a: 1 })
    it.refresh()
    await world.pass(0)
    expect(readings).toHaveLength(0)
    await world.pass(1000)
    it.refresh()
    it.refresh()
    await world.pass(0)
    expect(readings).toHaveLength(1)
    expect(it.readings).toBe(2)
  })
  it('does nothing where nobody looks', async () => {
    const { feed: it, world, readings } = feed()
    it.refresh()
    await world.pass(60_000)
    expect(readings).toHaveLength(0)
  })
})

describe('a gap', () => {
  it('is filled by the changes that were missed, while they are kept', async () => {
    const { feed: it, answer } = feed()
    it.enter()
    for (let index = 0; index <= keptChanges + 4; index++) await answer({ a: index })
    const version = keptChanges + 5
    const kinds = (held: { epoch: string; version: number }) => it.catchUp(held).map(message => message.kind)
    expect(kinds({ epoch: 'e', version: version - 2 })).toEqual(['change', 'change'])
    expect(kinds({ epoch: 'e', version: version - keptChanges })).toHaveLength(keptChanges)
    expect(kinds({ epoch: 'e', version: version - keptChanges - 1 })).toEqual(['snapshot'])
    expect(kinds({ epoch: 'other', version: version - 2 })).toEqual(['snapshot'])
    expect(kinds({ epoch: 'e', version })).toEqual(['snapshot'])
    expect(kinds({ epoch: 'e', version: version + 7 })).toEqual(['snapshot'])
  })
})
