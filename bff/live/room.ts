import type { Server, Socket } from 'socket.io'
import { events } from '#shared/live.ts'
import { encode } from './encode.ts'
import type { Held } from './feed.ts'
import type { AnyMessage, OpenFeed } from './feeds.ts'
import { cutOffIfSlow } from './slow.ts'

/**
 * The sockets that look at one feed. Everything goes out in the order it was told, so what a newcomer is sent and what
 * all are sent next fit together. A change is not queued for a socket that is still busy with the last one: it is
 * left out and caught up when it is free again, with what is then the shortest way (changes, or the whole state).
 */
export class Room {
  readonly open: OpenFeed
  readonly #io: Server
  readonly #report: (error: unknown) => void
  /** Sockets that were left out, with the version they hold. */
  readonly #behind = new Map<string, Held>()
  #queue: Promise<void> = Promise.resolve()
  /** Bytes of the last messages as they travelled, newest last. */
  readonly lastChanges: number[] = []
  lastSnapshot = 0

  constructor(open: OpenFeed, io: Server, report: (error: unknown) => void) {
    this.open = open
    this.#io = io
    this.#report = report
  }

  /** A message for everybody. */
  tell(message: AnyMessage): void {
    this.#next(async () => {
      const payload = await encode(message)
      this.#note(message, payload.length)
      const room = this.#io.to(this.open.id)
      if (message.kind === 'change') {
        this.#leaveOutBusy(message)
        this.lastChanges.push(payload.length)
        if (this.lastChanges.length > 100) this.lastChanges.shift()
        room.except([...this.#behind.keys()]).emit(events.message, this.open.id, payload)
      } else {
        if (message.kind === 'snapshot') this.#behind.clear()
        room.emit(events.message, this.open.id, payload)
      }
      for (const socket of this.#sockets()) cutOffIfSlow(socket)
    })
  }

  /** What one socket must be sent to hold what the others hold; afterwards it hears what they hear. */
  bring(socket: Socket, held?: Held): void {
    const messages = this.open.feed.catchUp(held)
    this.#next(() => this.#send(socket, messages))
  }

  /** To be called when a socket can be written to again. */
  catchUp(socket: Socket): void {
    const held = this.#behind.get(socket.id)
    if (!held) return
    const messages = this.open.feed.catchUp(held)
    // A snapshot for all may have overtaken this.
    this.#next(async () => {
      if (this.#behind.get(socket.id) === held) await this.#send(socket, messages)
    })
  }

  async #send(socket: Socket, messages: AnyMessage[]): Promise<void> {
    const payloads = await Promise.all(messages.map(encode))
    // A socket that has gone must not enter the room: nobody would ever take it out.
    if (!socket.connected) return
    for (const [index, payload] of payloads.entries()) {
      this.#note(messages[index], payload.length)
      socket.emit(events.message, this.open.id, payload)
    }
    this.#behind.delete(socket.id)
    await socket.join(this.open.id)
    cutOffIfSlow(socket)
  }

  leave(socket: Socket): void {
    this.#next(async () => {
      this.#behind.delete(socket.id)
      await socket.leave(this.open.id)
    })
  }

  #leaveOutBusy(change: Extract<AnyMessage, { kind: 'change' }>): void {
    for (const socket of this.#sockets())
      if (!socket.conn.transport.writable && !this.#behind.has(socket.id))
        this.#behind.set(socket.id, { epoch: change.epoch, version: change.base })
  }

  *#sockets(): Iterable<Socket> {
    const { rooms } = this.#io.of('/').adapter
    for (const id of rooms.get(this.open.id) ?? []) {
      const socket = this.#io.of('/').sockets.get(id)
      if (socket) yield socket
    }
  }

  #note(message: AnyMessage | undefined, bytes: number): void {
    if (message?.kind === 'snapshot') this.lastSnapshot = bytes
  }

  #next(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch(this.#report)
  }
}
