import type { Json } from '#shared/mesh/object.ts'
import type { Milliseconds } from '#shared/units.ts'
import { chosenUser, subscribeUser, userHeader } from '#web/api/caller.ts'
import type { Look } from './analyst.ts'
import type { Answer, Request } from './analyst.worker.ts'

/** How far the page's analyzers have come. */
export interface Reached {
  /** `tooLarge`: the world is more than a page can hold; `failing`: it could not be read. The server analyses then. */
  world: 'starting' | 'ready' | 'tooLarge' | 'failing'
  /** Rises with each change of the world: what was said may be another now. */
  worldAt: number
  look: Look | null
  /** Of which text that is, by the key it was asked with. */
  of: string
}

/** The live list does not tell of pods and services: what they are now is asked for this often. */
const followEvery: Milliseconds = 15_000
/** From one editor to the next the world need not be read again. */
const grace: Milliseconds = 30_000

let shared: ReturnType<typeof open> | null = null
let users = 0
let ending: ReturnType<typeof setTimeout> | undefined

/** The one analyst of the page; it goes some time after the last who needs it. */
export function hire(): Omit<ReturnType<typeof open>, 'end'> & { dismiss: () => void } {
  clearTimeout(ending)
  users += 1
  const own = (shared ??= open())
  return {
    ...own,
    dismiss: () => {
      users -= 1
      if (users > 0) return
      clearTimeout(ending)
      ending = setTimeout(() => {
        if (users > 0) return
        own.end()
        if (shared === own) shared = null
      }, grace)
    },
  }
}

function open(start = startWorker): {
  subscribe: (listener: () => void) => () => void
  reached: () => Reached
  ask: (values: readonly Json[], key: string) => void
  follow: () => void
  end: () => void
} {
  const listeners = new Set<() => void>()
  let now: Reached = { world: 'starting', worldAt: 0, look: null, of: '' }
  let worker = start()
  /** One question at a time; of those that come meanwhile the last is asked next. */
  let asked: { id: number; key: string } | null = null
  let next: { values: readonly Json[]; key: string } | null = null
  let id = 0

  const become = (change: Partial<Reached>) => {
    now = { ...now, ...change }
    for (const listener of listeners) listener()
  }
  const send = (request: Request) => worker.postMessage(request)
  const follow = () => {
    if (now.world === 'tooLarge') return
    const user = chosenUser()
    send({ kind: 'follow', headers: user === null ? {} : { [userHeader]: user } })
  }
  const ask = (values: readonly Json[], key: string) => {
    if (asked !== null) {
      next = { values, key }
      return
    }
    if (values.length === 0 || now.world === 'tooLarge') return
    id += 1
    asked = { id, key }
    send({ kind: 'look', id, values: [...values] })
  }
  const hear = ({ data }: MessageEvent<Answer>) => {
    if (data.kind === 'world') {
      // What was held stays good enough when it could not be read again.
      if (data.state === 'failing' && now.world === 'ready') return
      become({ world: data.state, worldAt: now.worldAt + 1 })
      return
    }
    if (asked === null || data.id !== asked.id) return
    const { key } = asked
    asked = null
    if (data.look !== null) become({ look: data.look, of: key })
    const waiting = next
    next = null
    if (waiting !== null) ask(waiting.values, waiting.key)
  }
  const listen = () => {
    worker.addEventListener('message', hear)
    // A draft that an analyzer could not read is left to the server; one that never started is no worker.
    worker.addEventListener('error', () => {
      asked = null
      become({ world: now.world === 'ready' ? 'ready' : 'failing' })
    })
  }
  listen()
  follow()
  const timer = setInterval(follow, followEvery)
  // What one person may see is nothing for the next.
  const leave = subscribeUser(() => {
    worker.terminate()
    worker = start()
    asked = null
    become({ world: 'starting', look: null, of: '' })
    listen()
    follow()
  })
  return {
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reached: () => now,
    ask,
    follow,
    end: () => {
      clearInterval(timer)
      leave()
      worker.terminate()
    },
  }
}

const startWorker = (): Worker =>
  new Worker(new URL('./analyst.worker.ts', import.meta.url), { type: 'module', name: 'analyst' })
