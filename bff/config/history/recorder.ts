import type { Written } from '#bff/config/apply.ts'
import type { ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import type { TurnSeen } from '#bff/mesh/turns.ts'
import { nameOf } from '#bff/store/content.ts'
import { type Head, type Note, type Store, StoreError, type TurnNote } from '#bff/store/store.ts'
import type { Finding } from '#shared/config/finding.ts'
import { keyOf, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { changeOf, type Draft, draftOf, foundDraft, goneDraft, writtenOf } from './changes.ts'
import { keptOf } from './meaning.ts'
import { observe, type Sight, type Watched } from './observe.ts'
import { openWrites } from './writes.ts'

export interface RecorderOptions {
  objects: Watched
  kinds: readonly ObjectKind[]
  store: Store
  /** Whose objects they are. Resolves when everything has been looked at once. */
  mesh: Promise<string>
  /** What is said of objects now, by all that the watches have told. */
  findings(refs: readonly ObjectRef[]): Promise<readonly (readonly Finding[])[]>
  now: () => EpochMilliseconds
  report: (error: unknown) => void
  /** Between a store that does not answer and the next try. */
  pause?: Milliseconds
}

export interface Recorder {
  /** Who made a change that the watches tell of sooner or later. */
  note(event: Written): void
  /** An assertion that a change turned. */
  turned(turn: TurnSeen): void
  /** Resolves when what has been seen until now is kept, or cannot be. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Longer than the mirror waits, so that findings are those after the change. */
const gather: Milliseconds = 120
/** More than this is not held for a store that does not answer: what became of the objects is found later. */
const mostHeld = 5000
/** As long as comparing may keep everybody else waiting. */
const slice: Milliseconds = 12
/** Kept at once: nobody waits long for the rest of the console's work. */
const batch = 40

/** Brings every change of every object from the watches into the store. */
export function openRecorder(options: RecorderOptions): Recorder {
  const { objects, kinds, store, now, report, pause = 5000 } = options
  const end = new AbortController()
  let seen: { sight: Sight; at: EpochMilliseconds }[] = []
  let notes: Written[] = []
  let turns: TurnSeen[] = []
  const writes = openWrites()
  let hasLost = false
  /** By key: how each object was last kept. Read again after a failure. */
  let heads: Map<string, Head> | null = null
  let timer: NodeJS.Timeout | undefined
  let isPausing = false
  let working: Promise<void> = Promise.resolve()
  let round = Promise.withResolvers<void>()

  const plan = (wait: Milliseconds) => {
    if (timer !== undefined || end.signal.aborted) return
    timer = setTimeout(() => {
      timer = undefined
      isPausing = false
      working = working.then(work)
    }, wait)
  }
  const { again, end: leave } = observe(objects, kinds, sight => {
    if (seen.length >= mostHeld && heads === null) {
      seen = []
      hasLost = true
    }
    if (!hasLost) seen.push({ sight, at: now() })
    plan(gather)
  })

  async function work(): Promise<void> {
    const done = round
    round = Promise.withResolvers()
    let taken: typeof seen = []
    try {
      const mesh = await Promise.race([options.mesh, ended(end.signal)])
      while (notes[0]) {
        // oxlint-disable-next-line no-await-in-loop -- one by one: what is kept is not told again
        await store.note(noteOf(mesh, notes[0]))
        notes = notes.slice(1)
      }
      heads ??= new Map((await store.heads(mesh)).map(head => [keyOf(head.object), head]))
      if (hasLost) {
        hasLost = false
        again()
      }
      // Only now: at the start all kinds are found together, and are told as one.
      taken = seen
      seen = []
      // oxlint-disable-next-line no-await-in-loop -- in the order in which it happened
      for (const drafts of await draftsOf(mesh, heads, taken)) await keep(drafts)
      // After what has been seen: only then it is known which of its versions told something.
      while (turns[0]) {
        // oxlint-disable-next-line no-await-in-loop -- one by one: what is kept is not told again
        await store.turn(turnOf(mesh, turns[0], writes.of(turns[0])))
        turns = turns.slice(1)
      }
    } catch (error) {
      if (!end.signal.aborted) {
        heads = null
        seen = [...taken, ...seen]
        // The store says itself that it does not answer.
        if (!(error instanceof StoreError)) report(error)
        if (timer === undefined) isPausing = true
        plan(pause)
      }
    }
    done.resolve()
  }

  async function draftsOf(mesh: string, last: ReadonlyMap<string, Head>, taken: typeof seen): Promise<Draft[][]> {
    const drafts: Draft[] = []
    let together: Draft[] = []
    // As they happened, as far as the objects tell: of whatever kind they are.
    const flush = () => {
      drafts.push(...together.toSorted((a, b) => a.at - b.at))
      together = []
    }
    for (const { sight, at } of taken)
      if (sight.kind === 'one') {
        flush()
        const draft = draftOf(mesh, sight.before, sight.after, at)
        if (draft) drafts.push(draft)
        writes.see(sight.after, draft)
        // oxlint-disable-next-line no-await-in-loop -- in the order in which it happened
      } else together.push(...(await found(mesh, last, sight, at)))
    flush()
    return Array.from({ length: Math.ceil(drafts.length / batch) }, (_, index) =>
      drafts.slice(index * batch, (index + 1) * batch),
    )
  }

  /** What happened while nobody watched: once each, and nothing of what is as it was. */
  async function found(
    mesh: string,
    last: ReadonlyMap<string, Head>,
    { of, objects: present }: Extract<Sight, { kind: 'all' }>,
    at: EpochMilliseconds,
  ): Promise<Draft[]> {
    const drafts: (Draft | null)[] = []
    const remaining = new Map([...last].filter(([, { object, after }]) => after !== null && isOf(of, object)))
    let began = performance.now()
    for (const object of present) {
      // At the start these are all objects of a kind: others want to be answered too.
      if (performance.now() - began > slice) {
        // oxlint-disable-next-line no-await-in-loop -- the pause is what this is for
        await new Promise(resolve => setImmediate(resolve))
        began = performance.now()
      }
      const head = remaining.get(keyOf(refOf(object)))
      remaining.delete(keyOf(refOf(object)))
      const has = keptOf(object)
      if (has === null || head?.after === nameOf(has)) continue
      // oxlint-disable-next-line no-await-in-loop -- few: only what changed meanwhile
      const kept = head === undefined ? null : await store.read(mesh, head.id)
      const draft = foundDraft(mesh, kept, object, at)
      writes.see(object, draft)
      drafts.push(draft)
    }
    for (const { id } of remaining.values()) {
      // oxlint-disable-next-line no-await-in-loop -- few
      const kept = (await store.read(mesh, id))?.after
      if (!kept) continue
      const draft = goneDraft(mesh, kept, id, at)
      writes.see(null, draft)
      drafts.push(draft)
    }
    return drafts.filter(draft => draft !== null)
  }

  async function keep(drafts: readonly Draft[]): Promise<void> {
    const findings = await options.findings(drafts.map(({ object }) => object))
    await store.append(
      drafts.map((draft, index) => changeOf(draft, draft.after === null ? [] : (findings[index] ?? []))),
    )
    // Others want to be answered too.
    await new Promise(resolve => setImmediate(resolve))
  }

  return {
    note(event) {
      if (event.resourceVersion === null || notes.length >= mostHeld) return
      notes.push(event)
      plan(gather)
    },
    turned(turn) {
      if (turns.length >= mostHeld) return
      turns.push(turn)
      plan(gather)
    },
    settled: async () => {
      if (isPausing) {
        // Whoever asks for the past wants to know now whether the store answers again.
        clearTimeout(timer)
        timer = undefined
        isPausing = false
        plan(0)
      }
      if (timer !== undefined) await round.promise
      await working
    },
    close: async () => {
      leave()
      const wasWaiting = timer !== undefined
      clearTimeout(timer)
      timer = undefined
      // What was seen in the last moments is kept.
      if (wasWaiting) working = working.then(work)
      const patience = setTimeout(() => end.abort(new Error('The console ends.')), lastWait)
      await Promise.race([working, ended(end.signal).catch(() => {})])
      clearTimeout(patience)
      end.abort(new Error('The console ends.'))
      await working
    },
  }
}

const noteOf = (mesh: string, { object, change, resourceVersion, user, reason, at }: Written): Note => ({
  mesh,
  object,
  written: writtenOf(change, resourceVersion ?? ''),
  at,
  author: user,
  reason,
})

const turnOf = (mesh: string, { object, at, assertion, was, became }: TurnSeen, written: string): TurnNote => ({
  mesh,
  object,
  written,
  at,
  assertion,
  was,
  became,
})

/** As long as the end of the console waits for a store. */
const lastWait: Milliseconds = 1000

const isOf = (kind: ObjectKind, ref: ObjectRef): boolean => kind.group === ref.group && kind.kind === ref.kind

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}
