import { randomUUID } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import * as z from 'zod/mini'
import { type Callers, callerOf, nobody } from '#bff/http/caller.ts'
import { type Guard, refusal } from '#bff/http/guard.ts'
import { HttpProblem, problem } from '#bff/http/problem.ts'
import { refusals } from '#bff/http/serve.ts'
import { events, livePath, type Subscribed } from '#shared/live.ts'
import type { Status } from '#shared/mesh/source.ts'
import type { Bytes } from '#shared/units.ts'
import { Budget } from './budget.ts'
import type { FeedWorld } from './feed.ts'
import { type AnySubject, Feeds, feedKey } from './feeds.ts'
import { Room } from './room.ts'
import { cutOffIfSlow, hangUp } from './slow.ts'
import { guardUpgrades } from './upgrade.ts'

export interface ChannelOptions extends FeedWorld {
  subjects: readonly AnySubject[]
  guard: Guard
  callers?: Callers
  status(): Status
}

/** For the benchmark and the tests: what the live part has done so far. */
export interface LiveStats {
  sockets: number
  feeds: number
  /** Readings begun since the start, of all feeds. */
  readings: number
  /** Bytes of the last changes (newest last) and of the last snapshot, as they travelled, by feed key. */
  sent: Record<string, { changes: Bytes[]; snapshot: Bytes }>
}

export interface Channel {
  /** Tells every page that a source has changed its state. */
  tellStatus(status: Status): void
  stats(): LiveStats
  close(): Promise<void>
}

/** What one page may ask for; generous for people, narrow for loops. */
const limits = { feedsPerSocket: 8, feeds: 200, sockets: 5000, frame: 64 * 1024, requests: { rate: 5, burst: 30 } }

const Subscription = z.object({
  subject: z.string().check(z.maxLength(64)),
  query: z.record(z.string(), z.string()),
})
const Named = z.object({ feed: z.string().check(z.maxLength(128)) })
const Gap = z.extend(Named, { held: z.optional(z.object({ epoch: z.string(), version: z.number() })) })

/** Sockets ↔ feeds: pages subscribe to subjects, every feed's messages go to the pages that look at it. */
export function openChannel(server: HttpServer, options: ChannelOptions): Channel {
  const io = new Server(server, {
    path: livePath,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: limits.frame,
    connectTimeout: 10_000,
    // Without an upgrade there is nothing here; upgrades are judged before they come this far.
    allowRequest: (request, answer) => answer(null, refusal(options.guard, request) === null),
  })
  guardUpgrades(server, {
    path: livePath,
    refusal: request => refusal(options.guard, request),
    isFull: () => io.engine.clientsCount >= limits.sockets,
  })

  const rooms = new Map<string, Room>()
  const feeds = new Feeds({
    now: options.now,
    later: options.later,
    report: options.report,
    most: limits.feeds,
    newEpoch: () => randomUUID().slice(0, 8),
    tell: (open, message) => rooms.get(open.id)?.tell(message),
    ended: open => rooms.delete(open.id),
  })
  const subjects = new Map(options.subjects.map(subject => [subject.name, subject]))

  io.on('connection', socket => welcome(socket, { io, rooms, feeds, subjects, options }))

  return {
    tellStatus: status => {
      io.emit(events.status, status)
      for (const socket of io.of('/').sockets.values()) cutOffIfSlow(socket)
    },
    stats: () => ({
      sockets: io.engine.clientsCount,
      feeds: feeds.size,
      readings: feeds.readings,
      sent: Object.fromEntries(
        [...rooms.values()].map(room => [
          room.open.key,
          { changes: [...room.lastChanges], snapshot: room.lastSnapshot },
        ]),
      ),
    }),
    close: async () => {
      feeds.close()
      const sockets = [...io.of('/').sockets.values()]
      const closed = io.close()
      for (const socket of sockets) hangUp(socket)
      await closed
    },
  }
}

interface House {
  io: Server
  rooms: Map<string, Room>
  feeds: Feeds
  subjects: ReadonlyMap<string, AnySubject>
  options: ChannelOptions
}

function welcome(socket: Socket, house: House): void {
  const { rooms, feeds, options } = house
  const mine = new Set<Room>()
  const budget = new Budget(limits.requests.rate, limits.requests.burst)
  const isPatient = () => budget.take(options.now())
  const roomOf = (payload: unknown): Room | undefined => {
    const named = Named.safeParse(payload)
    const room = named.success ? rooms.get(named.data.feed) : undefined
    return room && mine.has(room) ? room : undefined
  }
  const leave = (room: Room) => {
    if (!mine.delete(room)) return
    room.leave(socket)
    feeds.leave(room.open)
  }

  // Without a listener an `error` of one socket would end the process.
  socket.on('error', options.report)
  const isFree = () => {
    for (const room of mine) room.catchUp(socket)
  }
  socket.conn.transport.on('ready', isFree)
  socket.on('disconnect', () => {
    for (const room of mine) leave(room)
  })

  socket.on(events.subscribe, (payload: unknown, answer: unknown) => {
    if (typeof answer !== 'function') return
    const found = isPatient()
      ? find(payload, house, mine, socket.handshake.auth['user'])
      : refused(429, 'Too many requests: wait a second.')
    if (!(found instanceof Room)) {
      answer(found)
      return
    }
    // First its name, then its messages.
    answer({ ok: true, feed: found.open.id } satisfies Subscribed)
    found.bring(socket)
    if (mine.has(found)) return
    mine.add(found)
    feeds.enter(found.open)
  })
  socket.on(events.unsubscribe, (payload: unknown) => {
    const room = roomOf(payload)
    if (room) leave(room)
  })
  socket.on(events.resync, (payload: unknown) => {
    // A page that got no answer would wait for it for ever; one that is cut off comes back and starts over.
    if (!isPatient()) return hangUp(socket)
    const gap = Gap.safeParse(payload)
    if (gap.success) roomOf(payload)?.bring(socket, gap.data.held)
  })
  socket.on(events.refresh, (payload: unknown) => {
    if (isPatient()) roomOf(payload)?.open.feed.refresh()
  })

  socket.emit(events.status, options.status())
}

/** The room of what a page asks for, made if need be; or why it is refused. */
function find(
  payload: unknown,
  { rooms, feeds, subjects, io, options }: House,
  mine: Set<Room>,
  user: unknown,
): Room | Subscribed {
  const subscription = Subscription.safeParse(payload)
  if (!subscription.success) return refused(400, 'A subscription names a subject and its query.')
  const subject = subjects.get(subscription.data.subject)
  if (!subject) return refused(404, 'There is no such subject.')
  const query = subject.query.safeParse(subscription.data.query)
  if (!query.success) {
    const wrong = refusals('query', query.error.issues).map(({ path, message }) => `${path}: ${message}`)
    return refused(400, wrong.join('; '))
  }
  const caller = subject.isPersonal ? callerNamed(options.callers ?? nobody, user) : ''
  if (typeof caller !== 'string') return caller
  const key = feedKey(subject, query.data, caller)
  if (mine.size >= limits.feedsPerSocket && ![...mine].some(room => room.open.key === key))
    return refused(429, `One page follows at most ${limits.feedsPerSocket} views; close some.`)
  const open = feeds.find(subject, query.data, caller)
  if (!open) return refused(503, `This console already follows ${limits.feeds} different views; close some.`)
  let room = rooms.get(open.id)
  if (!room) {
    room = new Room(open, io, options.report)
    rooms.set(open.id, room)
  }
  return room
}

/** Who a page says it is; or why that is refused. */
function callerNamed(callers: Callers, user: unknown): string | Subscribed {
  try {
    return callerOf(callers, user)
  } catch (error) {
    if (error instanceof HttpProblem) return refused(error.problem.status, error.problem.detail)
    throw error
  }
}

function refused(status: number, detail: string): Subscribed {
  const { title } = problem(status, detail)
  return { ok: false, problem: { status, title, detail } }
}
