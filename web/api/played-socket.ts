import type { LiveSocket } from './live.ts'

/** The page's socket, its other end played: every subscription is one feed, `f1`, and hears `greeting` at first. */
export function playSocket(greeting?: () => unknown) {
  const listeners = new Map<string, (...args: never[]) => void>()
  const fire = (event: string, ...args: unknown[]): void => listeners.get(event)?.(...(args as never[]))
  /** What the page said, and that it hung up or came back. */
  const said: { event: string; payload: unknown }[] = []
  const socket: LiveSocket = {
    connected: true,
    on: (event, listener) => listeners.set(event, listener),
    emit: (event, payload, answer) => {
      said.push({ event, payload })
      if (typeof answer !== 'function') return
      ;(answer as (answer: unknown) => void)({ ok: true, feed: 'f1' })
      if (greeting !== undefined) fire('message', 'f1', greeting())
    },
    connect: () => {
      said.push({ event: 'connect', payload: undefined })
      fire('connect')
    },
    disconnect: () => {
      said.push({ event: 'disconnect', payload: undefined })
      fire('disconnect', 'io client disconnect')
    },
  }
  return { socket, said, fire }
}
