import { gunzipSync } from 'node:zlib'
// oxlint-disable-next-line no-restricted-imports -- the other end of the wire, for tests: pages have their own client in web/api
import { io, type Socket } from 'socket.io-client'
import { onTestFinished, vi } from 'vitest'
import { events, livePath, type Message, type Subscribed } from '#shared/live.ts'
import { applyNumbers, type Numbers, type NumbersChange } from './world.fixture.ts'

type Told = Message<Numbers, NumbersChange>

/** A page on a real socket that holds one feed of numbers. */
export interface Viewer {
  socket: Socket
  feed: string
  told: Told[]
  statuses: unknown[]
  state: Numbers | null
  held: { epoch: string; version: number } | null
  /** Messages are only kept: they are not of numbers. */
  isRaw: boolean
}

export async function connect(
  url: string,
  headers: Record<string, string> = {},
  auth: { user?: string } = {},
): Promise<Viewer> {
  const socket = io(url, { path: livePath, transports: ['websocket'], forceNew: true, extraHeaders: headers, auth })
  onTestFinished(() => void socket.disconnect())
  const viewer: Viewer = { socket, feed: '', told: [], statuses: [], state: null, held: null, isRaw: false }
  socket.on(events.status, (status: unknown) => viewer.statuses.push(status))
  socket.on(events.message, (feed: string, payload: Buffer) => {
    if (feed === viewer.feed) hear(viewer, JSON.parse(gunzipSync(payload).toString()) as Told)
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve)
    socket.on('connect_error', reject)
  })
  return viewer
}

/** The answer is taken by callback: a message may follow it in the same breath, before a promise would have told. */
export function subscribe(viewer: Viewer, query: Record<string, string>, subject = 'numbers'): Promise<Subscribed> {
  return new Promise(resolve => {
    viewer.socket.emit(events.subscribe, { subject, query }, (answer: Subscribed) => {
      if (answer.ok) viewer.feed = answer.feed
      resolve(answer)
    })
  })
}

function hear(viewer: Viewer, message: Told): void {
  viewer.told.push(message)
  if (message.kind === 'trouble' || viewer.isRaw) return
  if (message.kind === 'snapshot') viewer.state = message.state
  else if (viewer.state && viewer.held?.version === message.base && viewer.held.epoch === message.epoch)
    viewer.state = applyNumbers(viewer.state, message.change)
  else throw new Error(`a gap: holds ${viewer.held?.version}, was told of ${message.base}`)
  viewer.held = { epoch: message.epoch, version: message.version }
}

/** Stops and goes on reading what comes over the wire: a client on a bad line. */
export function line(viewer: Viewer, what: 'pause' | 'resume'): void {
  const { ws } = viewer.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }
  ws._socket[what]()
}

/** Waits for what the other end of a socket must do first. */
export const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4500, interval: 5 })
