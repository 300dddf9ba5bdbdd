import { useCallback, useEffect, useRef, useState } from 'react'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { type Desk, emptyDesk, type Event, step } from './desk.ts'
import type { Draft } from './draft.ts'
import { versionOf } from './draft.ts'
import { type DraftStore, openDrafts, openTabs } from './draft-store.ts'
import { laterOf, lastWords } from './last-words.ts'

/** One for the page; opened when the first draft is asked for. */
const drafts: DraftStore = openDrafts(globalThis.indexedDB as IDBFactory | undefined)

const tabs = openTabs()
const words = lastWords(globalThis.localStorage as Storage | undefined)

/** Whether what is typed is safe: `kept`, being written, or why not. */
export type Keeping = { state: 'kept' | 'keeping' } | { state: 'lost'; because: string }

export interface OpenDesk {
  desk: Desk
  /** Drafts of before have been looked for: from now on a hand may type. */
  isReady: boolean
  keeping: Keeping
  tell: (event: Event) => void
}

export function useDesk(object: ObjectRef, theirs: Json | null): OpenDesk {
  const [desk, setDesk] = useState(() => emptyDesk(object, theirs))
  /** The desk as it is, before it is shown. */
  const now = useRef(desk)
  const tell = useCallback((event: Event) => {
    now.current = step(now.current, event)
    setDesk(now.current)
  }, [])
  const [isReady, setReady] = useState(false)
  const [keeping, setKeeping] = useState<Keeping>({ state: 'kept' })
  const version = versionOf(theirs)
  const latest = useRef(theirs)
  useEffect(() => {
    latest.current = theirs
  })

  useEffect(() => tell({ kind: 'told', theirs: latest.current }), [version, tell])

  useEffect(() => {
    let isHere = true
    drafts
      .read(desk.object)
      .then(kept => {
        const draft = laterOf(kept, words.take(desk.object))
        if (draft !== null && isHere) tell({ kind: 'recalled', draft })
      })
      .catch((error: unknown) => setKeeping({ state: 'lost', because: textOf(error) }))
      .finally(() => {
        if (isHere) setReady(true)
      })
    return () => {
      isHere = false
    }
  }, [desk.object, tell])

  /** Only who had one can have given it up: a tab that has just been opened says nothing. */
  const hadDraft = useRef(false)
  /** What another tab has typed is kept by it. */
  const heard = useRef<Draft | null | undefined>(undefined)
  useEffect(
    () =>
      tabs.listen(({ object: about, draft, at }) => {
        if (about !== keyOf(desk.object)) return
        heard.current = draft
        hadDraft.current = draft !== null
        tell({ kind: 'elsewhere', draft, at })
      }),
    [desk.object, tell],
  )

  const writer = useRef<Writer>({ busy: false, next: undefined, kept: null })
  useEffect(() => {
    const leave = () => {
      const { draft } = now.current
      if (draft !== null && draft !== writer.current.kept && draft !== heard.current) words.say(draft)
    }
    addEventListener('pagehide', leave)
    return () => removeEventListener('pagehide', leave)
  }, [])
  useEffect(() => {
    if (!isReady || desk.draft === heard.current) return
    heard.current = undefined
    if (desk.draft !== null || hadDraft.current)
      tabs.tell({ object: keyOf(desk.object), draft: desk.draft, at: desk.draft?.typedAt ?? Date.now() })
    hadDraft.current = desk.draft !== null
    writer.current.next = desk.draft
    if (writer.current.busy) return
    writer.current.busy = true
    setKeeping({ state: 'keeping' })
    void write(desk.object, writer.current).then(setKeeping)
  }, [desk.draft, desk.object, isReady])

  return { desk, isReady, keeping, tell }
}

interface Writer {
  busy: boolean
  next: Draft | null | undefined
  /** The last that the browser has. */
  kept: Draft | null
}

/** Of what is typed while one is being written, the last is written next. */
async function write(object: ObjectRef, writer: Writer): Promise<Keeping> {
  try {
    while (writer.next !== undefined) {
      const draft = writer.next
      writer.next = undefined
      await (draft === null ? drafts.discard(object) : drafts.keep(draft))
      writer.kept = draft
    }
    return { state: 'kept' }
  } catch (error) {
    return { state: 'lost', because: textOf(error) }
  } finally {
    writer.busy = false
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
