import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import type { Message } from '#shared/live.ts'
import type { Feed } from './feed.ts'
import { connectionKey, liveKey, statusKey } from './keys.ts'
import { LiveFeeds } from './live.ts'

type Sum = Message<number, number>
const subject = { name: 'sum', apply: (before: number, change: number) => before + change }
const query = { of: 'shop' }

/** A socket whose other end is the test. Payloads are the messages themselves; unpacking takes a turn, as gunzip does. */
function stage() {
  const listeners = new Map<string, ((...args: never[]) => void)[]>()
  const sent: { event: string; payload: unknown; ack: ((answer: unknown) => void) | undefined }[] = []
  const socket = {
    connected: false,
    on: (event: string, listener: (...args: never[]) => void) =>
      listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    emit: (event: string, payload: unknown, ack?: (answer: unknown) => void) => sent.push({ event, payload, ack }),
    connect: () => {
      socket.connected = true
      for (const listener of listeners.get('connect') ?? []) listener()
    },
    disconnect: () => {
      socket.connected = false
      for (const listener of listeners.get('disconnect') ?? []) listener(...(['io client disconnect'] as never[]))
    },
  }
  const cache = new QueryClient()
  let now = 1000
  const feeds = new LiveFeeds({
    socket,
    cache,
    unpack: async payload => {
      const message = payload as unknown
      if (message === 'garbage') throw new Error('not gzip')
      return message
    },
    now: () => now,
  })
  const fire = (event: string, ...args: unknown[]) => {
    for (const listener of listeners.get(event) ?? []) listener(...(args as never[]))
  }
  return {
    feeds,
    sent,
    fire,
    connect: () => {
      socket.connected = true
      fire('connect')
    },
    cut: () => {
      socket.connected = false
      fire('disconnect')
    },
    at: (time: number) => {
      now = time
    },
    tell: async (message: Sum | 'garbage', feed = 'f1') => {
      fire('message', feed, message)
      await new Promise(resolve => setTimeout(resolve))
    },
    answer: (feed = 'f1') => sent.findLast(({ event }) => event === 'subscribe')?.ack?.({ ok: true, feed }),
    feed: () => cache.getQueryData<Feed<number>>(liveKey('sum', query)),
    events: (event: string) => sent.filter(each => each.event === event).map(({ payload }) => payload),
    get: (key: readonly unknown[]) => cache.getQueryData(key),
  }
}

const snapshot = (version: number, state: number, epoch = 'a'): Sum => ({
  kind: 'snapshot',
  epoch,
  version,
  at: 1,
  state,
})
const change = (base: number, by: number, epoch = 'a'): Sum => ({
  kind: 'change',
  epoch,
  base,
  version: base + 1,
  at: 2,
  change: by,
})
const trouble: Sum = {
  kind: 'trouble',
  source: 'prometheus',
  since: 5,
  lastGoodAt: 1,
  because: 'Connection refused.',
  nextTryAt: null,
}

function watched() {
  const scene = stage()
  scene.connect()
  const leave = scene.feeds.watch(subject, query)
  scene.answer()
  return { ...scene, leave }
}

describe('a feed in the cache', () => {
  it('holds the snapshot and what changes apply to it', async () => {
    const { tell, feed } = watched()
    await tell(snapshot(4, 10))
    await tell(change(4, 5))
    expect(feed()).toMatchObject({ state: 15, version: 5, at: 2, trouble: null })
  })

  it('takes a snapshot that arrives before the subscription is acknowledged', async () => {
    const scene = stage()
    scene.connect()
    scene.feeds.watch(subject, query)
    await scene.tell(snapshot(1, 7))
    expect(scene.feed()).toBeUndefined()
    scene.answer()
    await new Promise(resolve => setTimeout(resolve))
    expect(scene.feed()?.state).toBe(7)
  })

  it('asks for what is missing after a gap, once, and says what it holds', async () => {
    const { tell, feed, events } = watched()
    await tell(snapshot(4, 10))
    await tell(change(6, 100))
    await tell(change(7, 100))
    expect(feed()?.state).toBe(10)
    expect(events('resync')).toEqual([{ feed: 'f1', held: { epoch: 'a', version: 4 } }])
    await tell(change(4, 1))
    await tell(change(5, 1))
    expect(feed()).toMatchObject({ state: 12, version: 6 })
  })

  it('asks for the whole when the feed started over', async () => {
    const { tell, feed, events } = watched()
    await tell(snapshot(4, 10))
    await tell(change(4, 5, 'b'))
    expect(events('resync')).toHaveLength(1)
    await tell(snapshot(1, 70, 'b'))
    await tell(change(1, 7, 'b'))
    expect(feed()?.state).toBe(77)
  })

  it('asks for the whole when a message cannot be read', async () => {
    const { tell, events } = watched()
    await tell(snapshot(4, 10))
    await tell('garbage')
    expect(events('resync')).toEqual([{ feed: 'f1' }])
  })

  it('does not apply a change twice', async () => {
    const { tell, feed, events } = watched()
    await tell(snapshot(4, 10))
    await tell(change(4, 5))
    await tell(change(4, 5))
    expect(feed()?.state).toBe(15)
    expect(events('resync')).toEqual([])
  })

  it('keeps its state in trouble, and forgets the trouble with the next good reading', async () => {
    const { tell, feed } = watched()
    await tell(snapshot(4, 10))
    await tell(trouble)
    expect(feed()).toMatchObject({ state: 10, trouble: { source: 'prometheus', because: 'Connection refused.' } })
    await tell(change(4, 1))
    expect(feed()).toMatchObject({ state: 11, trouble: null })
  })

  it('tells why it was refused', () => {
    const scene = stage()
    scene.connect()
    scene.feeds.watch(subject, query)
    scene.sent.at(-1)?.ack?.({ ok: false, problem: { status: 400, title: 'Bad Request', detail: 'No such level.' } })
    expect(scene.feed()?.refusal?.detail).toBe('No such level.')
  })
})

describe('viewers', () => {
  it('share one subscription; the last one to leave ends it', () => {
    const { feeds, leave, events } = watched()
    const leaveToo = feeds.watch(subject, query)
    expect(events('subscribe')).toHaveLength(1)
    leave()
    expect(events('unsubscribe')).toEqual([])
    leaveToo()
    expect(events('unsubscribe')).toEqual([{ feed: 'f1' }])
  })

  it('who left before the acknowledgement is unsubscribed by it', () => {
    const scene = stage()
    scene.connect()
    scene.feeds.watch(subject, query)()
    scene.answer('f9')
    expect(scene.events('unsubscribe')).toEqual([{ feed: 'f9' }])
  })
})

describe('the connection', () => {
  it('is told with the time since when', () => {
    const { connect, cut, at, get } = stage()
    expect(get(connectionKey)).toEqual({ state: 'connecting', since: 1000 })
    at(2000)
    connect()
    expect(get(connectionKey)).toEqual({ state: 'live', since: 2000 })
    at(3000)
    cut()
    at(4000)
    cut()
    expect(get(connectionKey)).toEqual({ state: 'cut', since: 3000 })
  })

  it('subscribes again when it is back, and keeps the picture meanwhile', async () => {
    const { connect, cut, answer, tell, feed, events } = watched()
    await tell(snapshot(4, 10))
    cut()
    expect(feed()?.state).toBe(10)
    connect()
    expect(events('subscribe')).toHaveLength(2)
    answer('f2')
    await tell(snapshot(1, 30, 'b'), 'f2')
    expect(feed()).toMatchObject({ state: 30, epoch: 'b' })
  })

  it('starting over as somebody else keeps nothing of before, and is no cut', async () => {
    const { feeds, answer, tell, feed, events, fire, get } = watched()
    await tell(snapshot(4, 10))
    // Arrives before, is unpacked after.
    fire('message', 'f1', change(4, 5))
    feeds.startOver()
    expect(feed()?.state).toBeNull()
    expect(get(connectionKey)).toMatchObject({ state: 'live' })
    expect(events('subscribe')).toHaveLength(2)
    answer('f2')
    await tell(snapshot(9, 90), 'f1')
    expect(feed()?.state).toBeNull()
    await tell(snapshot(1, 30, 'b'), 'f2')
    expect(feed()?.state).toBe(30)
  })

  it('starting over forgets what is kept of views that were left', async () => {
    const { feeds, leave, tell, feed } = watched()
    await tell(snapshot(4, 10))
    leave()
    expect(feed()?.state).toBe(10)
    feeds.startOver()
    expect(feed()).toBeUndefined()
  })

  it('puts the status into the cache with the difference of the clocks', () => {
    const { fire, get, at } = stage()
    at(5000)
    fire('status', { now: 5300, sources: [] })
    expect(get(statusKey)).toMatchObject({ skew: 300 })
  })
})
