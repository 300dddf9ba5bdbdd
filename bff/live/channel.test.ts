import { randomBytes } from 'node:crypto'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { events, livePath } from '#shared/live.ts'
import type { Status } from '#shared/mesh/source.ts'
import { openChannel } from './channel.ts'
import { keptChanges } from './feed.ts'
import { connect, line, soon, subscribe } from './viewer.fixture.ts'
import { type Numbers, numbersSubject, settle, sourceFailure, World } from './world.fixture.ts'

const status = { version: '0.0.0' } as Status

/** A channel on a real server; the test moves the clock and says what is read. */
async function channel(isPersonal = false) {
  const world = new World()
  const server = createServer((_, response) => response.writeHead(404).end())
  const read: { next: Numbers | Error; scopes: string[]; callers: (string | undefined)[] } = {
    next: {},
    scopes: [],
    callers: [],
  }
  const subject = {
    ...numbersSubject(({ scope }, _, caller) => {
      read.scopes.push(scope)
      read.callers.push(caller)
      return read.next instanceof Error ? Promise.reject(read.next) : Promise.resolve({ ...read.next })
    }),
    isPersonal,
  }
  const { now, later, report } = world
  const opened = openChannel(server, {
    now,
    later,
    report,
    subjects: [subject],
    guard: { hosts: [], origins: [] },
    callers: { current: 'ann', names: ['ann', 'bob'] },
    status: () => status,
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => opened.close())
  const { port } = server.address() as AddressInfo
  return { world, read, channel: opened, port, url: `http://127.0.0.1:${port}` }
}

describe('a channel', () => {
  it('reads once for two hundred viewers, and all of them hold the same', async () => {
    const { world, read, url, channel: it } = await channel()
    read.next = { a: 1 }
    const viewers = await Promise.all(Array.from({ length: 200 }, () => connect(url)))
    await Promise.all(viewers.map(viewer => subscribe(viewer, { scope: 's' })))
    await world.pass(0)
    await soon(() => expect(viewers.every(viewer => viewer.state?.['a'] === 1)).toBe(true))
    read.next = { a: 2, b: 3 }
    await world.pass(5000)
    await soon(() => expect(viewers.every(viewer => viewer.state?.['b'] === 3)).toBe(true))
    expect(read.scopes).toEqual(['s', 's'])
    expect(it.stats()).toMatchObject({ sockets: 200, feeds: 1, readings: 2 })
    expect(it.stats().sent['numbers s']?.changes).toEqual([expect.any(Number)])
    for (const viewer of viewers) viewer.socket.disconnect()
    await soon(() => expect(it.stats().sockets).toBe(0))
    await world.pass(600_000)
    expect(read.scopes).toHaveLength(2)
    expect(it.stats()).toMatchObject({ feeds: 0, readings: 2 })
  }, 20_000)
  it('gives a newcomer the whole, and everybody the next change', async () => {
    const { world, read, url } = await channel()
    read.next = { a: 1 }
    const first = await connect(url)
    await subscribe(first, { scope: 's' })
    await world.pass(0)
    read.next = { a: 2 }
    await world.pass(5000)
    await soon(() => expect(first.state).toEqual({ a: 2 }))
    const second = await connect(url)
    await subscribe(second, { scope: 's' })
    await soon(() => expect(second.told).toMatchObject([{ kind: 'snapshot', version: 2, state: { a: 2 } }]))
    read.next = { a: 3 }
    await world.pass(5000)
    await soon(() => expect([first.state, second.state]).toEqual([{ a: 3 }, { a: 3 }]))
  })
  it('answers a gap with what is missing, or with the whole', async () => {
    const { world, read, url } = await channel()
    const viewer = await connect(url)
    read.next = { a: 1 }
    await subscribe(viewer, { scope: 's' })
    for (const a of [1, 2, 3, 4]) {
      read.next = { a }
      await world.pass(5000)
    }
    await soon(() => expect(viewer.state).toEqual({ a: 4 }))
    const epoch = viewer.held?.epoch ?? ''
    viewer.told.length = 0
    Object.assign(viewer, { held: { epoch, version: 2 }, state: { a: 2 } })
    viewer.socket.emit(events.resync, { feed: viewer.feed, held: viewer.held })
    await soon(() => expect(viewer.told.map(message => message.kind)).toEqual(['change', 'change']))
    expect(viewer.state).toEqual({ a: 4 })
    viewer.socket.emit(events.resync, { feed: viewer.feed })
    await soon(() => expect(viewer.told.at(-1)).toMatchObject({ kind: 'snapshot', state: { a: 4 } }))
  })
  it('tells trouble to all, and to who comes into it', async () => {
    const { world, read, url } = await channel()
    read.next = { a: 1 }
    const first = await connect(url)
    await subscribe(first, { scope: 's' })
    await world.pass(0)
    read.next = sourceFailure('Prometheus is away')
    await world.pass(5000)
    await soon(() => expect(first.told.at(-1)).toMatchObject({ kind: 'trouble', because: 'Prometheus is away' }))
    const second = await connect(url)
    await subscribe(second, { scope: 's' })
    await soon(() => expect(second.told.map(message => message.kind)).toEqual(['snapshot', 'trouble']))
    read.next = { a: 2 }
    await world.pass(15_000)
    await soon(() => expect([first.state, second.state]).toEqual([{ a: 2 }, { a: 2 }]))
  })
  it('tries again when it is told to', async () => {
    const { world, read, url } = await channel()
    const viewer = await connect(url)
    await subscribe(viewer, { scope: 's' })
    await world.pass(2000)
    read.next = { a: 9 }
    viewer.socket.emit(events.refresh, { feed: viewer.feed })
    await soon(() => expect(world.timers).toBe(1))
    await viewer.socket.emitWithAck(events.subscribe, {})
    await world.pass(0)
    await soon(() => expect(viewer.state).toEqual({ a: 9 }))
  })
  it('stops reading for who has unsubscribed', async () => {
    const { world, read, url } = await channel()
    const viewer = await connect(url)
    await subscribe(viewer, { scope: 's' })
    await world.pass(0)
    viewer.socket.emit(events.unsubscribe, { feed: viewer.feed })
    await viewer.socket.emitWithAck(events.subscribe, {})
    await world.pass(60_000)
    expect(read.scopes).toEqual(['s'])
  })
  it('tells the status on connecting and when it changes', async () => {
    const { channel: it, url } = await channel()
    const viewer = await connect(url)
    await soon(() => expect(viewer.statuses).toEqual([status]))
    it.tellStatus({ ...status, version: '0.0.1' })
    await soon(() => expect(viewer.statuses).toHaveLength(2))
  })
})

/** Half a megabyte that gzip can do nothing about, in one name. */
const large = (seed: number): Numbers => ({ [randomBytes(200_000).toString('base64')]: seed })

describe('a client on a bad line', () => {
  it('is not sent what it cannot take, and holds the last state when it can again', async () => {
    const { world, read, url } = await channel()
    const slow = await connect(url)
    const quick = await connect(url)
    read.next = { a: 1 }
    await subscribe(slow, { scope: 's' })
    await subscribe(quick, { scope: 's' })
    await world.pass(0)
    await soon(() => expect(slow.state).toEqual({ a: 1 }))
    line(slow, 'pause')
    for (let seed = 1; seed <= 2 * keptChanges; seed++) {
      read.next = large(seed)
      await world.pass(5000)
      await soon(() => expect(quick.held?.version).toBe(seed + 1))
    }
    line(slow, 'resume')
    await soon(() => expect(slow.state).toEqual(read.next))
    // More was missed than is kept: it was brought up by the whole state, not by a queue of everything.
    expect(slow.told.filter(message => message.kind === 'snapshot')).toHaveLength(2)
    expect(slow.told.length).toBeLessThan(quick.told.length)
    read.next = { a: 2 }
    await world.pass(5000)
    await soon(() => expect([slow.state, quick.state]).toEqual([{ a: 2 }, { a: 2 }]))
  }, 20_000)
  it('is cut off when too much waits for it', async () => {
    const { world, read, url, channel: it } = await channel()
    const slow = await connect(url)
    slow.socket.io.reconnection(false)
    read.next = { a: 1 }
    await subscribe(slow, { scope: 's' })
    await world.pass(0)
    await soon(() => expect(slow.state).toEqual({ a: 1 }))
    line(slow, 'pause')
    for (let seed = 1; seed <= 2 * keptChanges; seed++) {
      read.next = large(seed)
      await world.pass(5000)
    }
    const changes = () => it.stats().sent['numbers s']?.changes.length ?? 0
    await soon(() => expect(changes()).toBe(2 * keptChanges))
    for (let index = 0; index < 70; index++) it.tellStatus(status)
    await soon(() => expect(it.stats().sockets).toBe(0))
  }, 20_000)
})

describe('a subscription', () => {
  it.each([
    ['an unknown subject', { subject: 'secrets', query: {} }, 404],
    ['a query that does not fit', { subject: 'numbers', query: { scope: 'x'.repeat(21) } }, 400],
    ['a query without what it needs', { subject: 'numbers', query: {} }, 400],
    ['a query that is no text', { subject: 'numbers', query: { scope: { $gt: 1 } } }, 400],
    ['nothing', null, 400],
    ['a name that is inherited', { subject: '__proto__', query: {} }, 404],
  ])('to %s is refused with a problem', async (_, payload, code) => {
    const { url, channel: it } = await channel()
    const { socket } = await connect(url)
    expect(await socket.emitWithAck(events.subscribe, payload)).toMatchObject({ ok: false, problem: { status: code } })
    expect(it.stats().feeds).toBe(0)
  })
  it('to more than eight feeds is refused, one that is held already is not', async () => {
    const { url, channel: it } = await channel()
    const viewer = await connect(url)
    for (let index = 0; index < 8; index++)
      expect(await subscribe(viewer, { scope: `s${index}` })).toMatchObject({ ok: true })
    expect(await subscribe(viewer, { scope: 's8' })).toMatchObject({ ok: false, problem: { status: 429 } })
    expect(await subscribe(viewer, { scope: 's7' })).toMatchObject({ ok: true })
    expect(it.stats().feeds).toBe(8)
  })
  it('again and again is refused after a while, and works again later', async () => {
    const { url, world } = await channel()
    const viewer = await connect(url)
    const answers = await Promise.all(Array.from({ length: 60 }, () => subscribe(viewer, { scope: 's' })))
    const refused = answers.filter(answer => !answer.ok && answer.problem.status === 429)
    expect(refused).toHaveLength(30)
    await world.pass(1000)
    expect(await subscribe(viewer, { scope: 's' })).toMatchObject({ ok: true })
  })
  it('of somebody else cannot be ended or asked about', async () => {
    const { url, world, read } = await channel()
    const mine = await connect(url)
    const other = await connect(url)
    await subscribe(mine, { scope: 's' })
    await world.pass(0)
    other.feed = mine.feed
    other.socket.emit(events.resync, { feed: mine.feed })
    other.socket.emit(events.unsubscribe, { feed: mine.feed })
    await other.socket.emitWithAck(events.subscribe, {})
    await settle()
    await world.pass(5000)
    expect(read.scopes).toHaveLength(2)
    expect(other.told).toEqual([])
  })
})

describe('a hostile client', () => {
  it.each([
    ['an event nobody knows', (socket: Emitter) => socket.emit('whatever', { a: 1 })],
    [
      'events of any shape',
      (socket: Emitter) => ['resync', 'refresh', 'unsubscribe'].forEach(event => socket.emit(event, 1, [], null)),
    ],
    ['a subscription without an answer', (socket: Emitter) => socket.emit('subscribe', { subject: 'numbers' })],
    ['a frame that is too long', (socket: Emitter) => socket.emit('subscribe', { subject: 'x'.repeat(70_000) })],
  ])('that sends %s does not disturb the others', async (_, attack) => {
    const { url, world, read } = await channel()
    const honest = await connect(url)
    await subscribe(honest, { scope: 's' })
    const { socket } = await connect(url)
    attack(socket)
    await settle()
    read.next = { a: 1 }
    await world.pass(5000)
    await soon(() => expect(honest.state).toEqual({ a: 1 }))
    expect(honest.socket.connected).toBe(true)
  })
  it('is cut off when it asks for the whole again and again', async () => {
    const { url, channel: it } = await channel()
    const viewer = await connect(url)
    viewer.socket.io.reconnection(false)
    await subscribe(viewer, { scope: 's' })
    for (let index = 0; index < 40; index++) viewer.socket.emit(events.resync, { feed: viewer.feed })
    await soon(() => expect(it.stats().sockets).toBe(0))
  })
  it('is cut off for a frame that is too long', async () => {
    const { url, channel: it } = await channel()
    const { socket } = await connect(url)
    socket.io.reconnection(false)
    socket.emit('subscribe', { subject: 'x'.repeat(70_000) })
    await soon(() => expect(it.stats().sockets).toBe(0))
  })
})

interface Emitter {
  emit(event: string, ...rest: unknown[]): unknown
}

/** Asks for an upgrade by hand, and tells what came back. */
function upgrade(port: number, headers: Record<string, string>, path = `${livePath}/?EIO=4&transport=websocket`) {
  return new Promise<number>((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      },
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asked.on('response', response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('an upgrade', () => {
  it.each([
    ['without an origin (no browser)', {}, 101],
    ['of our own page', { origin: 'http://127.0.0.1:PORT' }, 101],
    ['of a page of another origin', { origin: 'http://evil.example' }, 403],
    ['of a page on another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['of a sandboxed page', { origin: 'null' }, 403],
    ['to a name rebound to us', { host: 'evil.example', origin: 'http://evil.example' }, 403],
    ['that a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['that a browser calls same-site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s', async (_, headers: Record<string, string>, code) => {
    const { port } = await channel()
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', `${port}`)]),
    )
    expect(await upgrade(port, own)).toBe(code)
  })
  it('at another path is not found', async () => {
    const { port } = await channel()
    expect(await upgrade(port, {}, '/api/topology')).toBe(404)
  })
  it('is the only way in: there is no polling', async () => {
    const { url } = await channel()
    expect((await fetch(`${url}${livePath}/?EIO=4&transport=polling`)).status).toBe(400)
  })
})

describe('a personal subject', () => {
  it('is read once for each caller, as that caller', async () => {
    const { world, read, url } = await channel(true)
    const viewers = await Promise.all(
      ['ann', 'bob', 'bob', ''].map(user => connect(url, {}, user === '' ? {} : { user })),
    )
    await Promise.all(viewers.map(viewer => subscribe(viewer, { scope: 's' })))
    await world.pass(0)
    await soon(() => expect(viewers.every(viewer => viewer.state !== null)).toBe(true))
    expect(read.callers).toHaveLength(2)
    expect(new Set(read.callers)).toEqual(new Set(['ann', 'bob']))
    expect(new Set(viewers.map(viewer => viewer.feed)).size).toBe(2)
  })

  it('is refused to a stranger in a sentence, and other subjects are not', async () => {
    const personal = await channel(true)
    const stranger = await connect(personal.url, {}, { user: 'root' })
    expect(await subscribe(stranger, { scope: 's' })).toMatchObject({
      ok: false,
      problem: { status: 400, detail: 'There is no user "root" in this lab; choose one of ann, bob.' },
    })
    const common = await channel()
    expect(await subscribe(await connect(common.url, {}, { user: 'root' }), { scope: 's' })).toMatchObject({ ok: true })
  })
})
