import type { Change } from '#shared/security/change.ts'
import { createReplayer, type Given, type Replayed, type Replayer } from '#shared/security/replayer.ts'
import type { Evaluation } from '#shared/security/evaluate.ts'

/** The evaluator off the main thread: a keystroke must not wait for ten thousand verdicts. */
export type Request =
  | { kind: 'given'; given: Given }
  | { kind: 'replay'; id: number; changes: readonly Change[] }
  | { kind: 'explain'; id: number; changes: readonly Change[]; row: string }

export type Answer =
  | { kind: 'replayed'; id: number; replayed: Replayed | null; because: string | null; took: number }
  | { kind: 'explained'; id: number; story: { before: Evaluation; after: Evaluation } | null }

let replayer: Replayer | null = null

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  switch (data.kind) {
    case 'given':
      replayer = createReplayer(data.given)
      return
    case 'replay': {
      const begun = performance.now()
      try {
        const replayed = replayer?.replay(data.changes) ?? null
        tell({ kind: 'replayed', id: data.id, replayed, because: null, took: performance.now() - begun })
      } catch (error) {
        const because = error instanceof Error ? error.message : String(error)
        tell({ kind: 'replayed', id: data.id, replayed: null, because, took: performance.now() - begun })
      }
      return
    }
    case 'explain':
      tell({ kind: 'explained', id: data.id, story: replayer?.explain(data.changes, data.row) ?? null })
  }
})

const tell = (answer: Answer) => self.postMessage(answer)
