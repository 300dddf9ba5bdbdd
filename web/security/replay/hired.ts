import type { Change } from '#shared/security/replay/change.ts'
import type { Given } from '#shared/security/replay/replayer.ts'
import type { Answer, Request } from './replay.worker.ts'

export type Replaying = Extract<Answer, { kind: 'replayed' }>
export type Asserting = Extract<Answer, { kind: 'asserted' }>
export type Story = Extract<Answer, { kind: 'explained' }>['story']

export interface Hired {
  /** What replays are made of from now on. */
  give(given: Given): void
  /** Of replays that nobody waits for any more none is made: the latest question is answered, others are dropped. */
  replay(changes: readonly Change[]): Promise<Replaying | null>
  explain(changes: readonly Change[], row: string): Promise<Story>
  /** Null: dismissed before. */
  assert(texts: readonly string[], changes: readonly Change[]): Promise<Asserting | null>
  dismiss(): void
}

type Start = () => Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

interface Asked {
  id: number
  answer: (answer: Replaying | null) => void
}

/** A worker for one panel. */
export function hire(start: Start = startWorker): Hired {
  const worker = start()
  let lastId = 0
  let asked: Asked | null = null
  let next: { changes: readonly Change[]; answer: Asked['answer'] } | null = null
  const stories = new Map<number, (story: Story) => void>()
  const assertions = new Map<number, (told: Asserting | null) => void>()
  const send = (request: Request) => worker.postMessage(request)
  const ask = (changes: readonly Change[], answer: Asked['answer']) => {
    lastId += 1
    asked = { id: lastId, answer }
    send({ kind: 'replay', id: lastId, changes })
  }
  const goOn = () => {
    asked = null
    const waiting = next
    next = null
    if (waiting !== null) ask(waiting.changes, waiting.answer)
  }
  worker.addEventListener('message', event => {
    const { data } = event as MessageEvent<Answer>
    if (data.kind === 'explained') {
      stories.get(data.id)?.(data.story)
      stories.delete(data.id)
      return
    }
    if (data.kind === 'asserted') {
      assertions.get(data.id)?.(data)
      assertions.delete(data.id)
      return
    }
    if (asked?.id !== data.id) return
    asked.answer(data)
    goOn()
  })
  worker.addEventListener('error', event => {
    const because = event instanceof ErrorEvent ? event.message : 'The worker that replays could not be started.'
    asked?.answer({ kind: 'replayed', id: asked.id, replayed: null, because, took: 0 })
    for (const [id, answer] of assertions) answer({ kind: 'asserted', id, told: null, because })
    assertions.clear()
    goOn()
  })
  return {
    give: given => send({ kind: 'given', given }),
    replay: changes =>
      new Promise(answer => {
        if (asked === null) ask(changes, answer)
        else {
          next?.answer(null)
          next = { changes, answer }
        }
      }),
    explain: (changes, row) =>
      new Promise(answer => {
        lastId += 1
        stories.set(lastId, answer)
        send({ kind: 'explain', id: lastId, changes, row })
      }),
    assert: (texts, changes) =>
      new Promise(answer => {
        lastId += 1
        assertions.set(lastId, answer)
        send({ kind: 'assert', id: lastId, texts, changes })
      }),
    dismiss: () => {
      worker.terminate()
      asked?.answer(null)
      next?.answer(null)
      for (const answer of stories.values()) answer(null)
      for (const answer of assertions.values()) answer(null)
    },
  }
}

const startWorker: Start = () =>
  new Worker(new URL('./replay.worker.ts', import.meta.url), { type: 'module', name: 'replay' })
