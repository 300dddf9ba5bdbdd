import type { Change } from '#shared/security/replay/change.ts'
import { asserted, type Asserted } from '#shared/security/assert/assertions.ts'
import { createReplayer, type Given, type Replayed, type Replayer } from '#shared/security/replay/replayer.ts'
import type { Evaluation } from '#shared/security/evaluate.ts'

/** The evaluator off the main thread: a keystroke must not wait for ten thousand verdicts. */
export type Request =
  | { kind: 'given'; given: Given }
  | { kind: 'replay'; id: number; changes: readonly Change[] }
  | { kind: 'assert'; id: number; changes: readonly Change[]; texts: readonly string[] }
  | { kind: 'explain'; id: number; changes: readonly Change[]; row: string }

export type Answer =
  | { kind: 'replayed'; id: number; replayed: Replayed | null; because: string | null; took: number }
  | { kind: 'asserted'; id: number; told: Asserted[] | null; because: string | null }
  | { kind: 'explained'; id: number; story: { before: Evaluation; after: Evaluation } | null }

let given: Given | null = null
let replayer: Replayer | null = null

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  switch (data.kind) {
    case 'given':
      given = data.given
      replayer = null
      return
    case 'replay': {
      const begun = performance.now()
      try {
        const replayed = replaying()?.replay(data.changes) ?? null
        tell({ kind: 'replayed', id: data.id, replayed, because: null, took: performance.now() - begun })
      } catch (error) {
        const because = error instanceof Error ? error.message : String(error)
        tell({ kind: 'replayed', id: data.id, replayed: null, because, took: performance.now() - begun })
      }
      return
    }
    case 'assert':
      try {
        const told = given === null ? null : asserted(data.texts, given, data.changes)
        tell({ kind: 'asserted', id: data.id, told, because: null })
      } catch (error) {
        tell({
          kind: 'asserted',
          id: data.id,
          told: null,
          because: error instanceof Error ? error.message : String(error),
        })
      }
      return
    case 'explain':
      tell({ kind: 'explained', id: data.id, story: replaying()?.explain(data.changes, data.row) ?? null })
  }
})

/** Made when first asked for: who checks assertions replays nothing. */
const replaying = (): Replayer | null => (replayer ??= given === null ? null : createReplayer(given))

const tell = (answer: Answer) => self.postMessage(answer)
