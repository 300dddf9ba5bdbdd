import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogContainer, LogEvent, LogNote } from '#shared/logs/api.ts'
import { readLogs } from '#shared/logs/api.ts'
import type { Problem } from '#shared/http.ts'
import { CallError, problemFrom } from '#web/api/call.ts'
import { stream } from '#web/api/stream.ts'
import { useChosenUser } from '#web/api/use-caller.ts'
import { Book, type Row } from './book.ts'

/** A note and whose it is. */
export interface SaidNote extends LogNote {
  name: string
}

/** What is held of a view at one moment. */
export interface Logs {
  rows: readonly Row[]
  shown: readonly Row[]
  dropped: number
  droppedShown: number
  containers: readonly LogContainer[]
  pods: readonly string[]
  left: number
  /** The latest of each container, oldest first. */
  notes: readonly SaidNote[]
  /** `reading` until the first lines or the end, then `live` or `over`; `cut`: the connection fell and is tried again. */
  state: 'reading' | 'live' | 'over' | 'cut' | 'failed'
  problem: Problem | null
}

export const noLogs: Logs = {
  rows: [],
  shown: [],
  dropped: 0,
  droppedShown: 0,
  containers: [],
  pods: [],
  left: 0,
  notes: [],
  state: 'reading',
  problem: null,
}

/** The page is drawn this often at most while lines come. */
const drawEvery = 120
const againAfter = 3000
/** Lines that come again after a cut are known by their stamp. */
const secondOf = (stamp: string): number => Date.parse(`${stamp.slice(0, 19)}Z`)

/**
 * Reads while the component is there: through cuts of the connection, where it follows. `isPaused` stops reading
 * itself, so that what nobody looks at stays where it is. `wanted` may change at any time and costs no new reading.
 */
export function useLogs(
  question: Record<string, string> | null,
  wanted: (row: Row) => boolean,
  isPaused: boolean,
): { logs: Logs; again: () => void } {
  const [told, setTold] = useState<{ of: string; logs: Logs }>({ of: '', logs: noLogs })
  const [turn, setTurn] = useState(0)
  const user = useChosenUser()
  const id = question === null ? null : JSON.stringify(question)
  const gate = useRef<Gate | null>(null)
  const held = useRef<{ book: Book; draw: () => void } | null>(null)
  const latestWanted = useRef(wanted)
  // What was told of another question is not shown for this one.
  const of = `${turn} ${user ?? ''} ${id ?? ''}`
  const logs = told.of === of ? told.logs : noLogs

  useEffect(() => {
    if (id === null) return
    const leaving = new AbortController()
    const reading = new Reading(
      JSON.parse(id) as Record<string, string>,
      latestWanted.current,
      told => setTold({ of, logs: told }),
      leaving.signal,
    )
    gate.current = reading.gate
    held.current = { book: reading.book, draw: reading.draw }
    void reading.run()
    return () => {
      leaving.abort(new Error('The page has gone on.'))
      reading.gate.open()
      held.current = null
      gate.current = null
    }
  }, [id, of])

  useEffect(() => {
    if (isPaused) gate.current?.close()
    else gate.current?.open()
  }, [isPaused, of])

  useEffect(() => {
    latestWanted.current = wanted
    held.current?.book.want(wanted)
    held.current?.draw()
  }, [wanted])

  const again = useCallback(() => setTurn(before => before + 1), [])
  return useMemo(() => ({ logs, again }), [logs, again])
}

/** Closed, nobody gets by until it is opened. */
class Gate {
  #closed: PromiseWithResolvers<void> | null = null
  close(): void {
    this.#closed ??= Promise.withResolvers<void>()
  }
  open(): void {
    this.#closed?.resolve()
    this.#closed = null
  }
  pass = async (): Promise<void> => {
    while (this.#closed) await this.#closed.promise
  }
}

class Reading {
  readonly book = new Book()
  readonly gate = new Gate()
  readonly #question: Record<string, string>
  readonly #tell: (logs: Logs) => void
  readonly #signal: AbortSignal
  readonly #notes = new Map<string, SaidNote>()
  #head: Pick<Logs, 'containers' | 'pods' | 'left'> = noLogs
  #names = new Map<number, string>()
  #before: ReadonlyMap<string, string> = new Map()
  #state: Logs['state'] = 'reading'
  #problem: Problem | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    question: Record<string, string>,
    wanted: (row: Row) => boolean,
    tell: (logs: Logs) => void,
    signal: AbortSignal,
  ) {
    this.#question = question
    this.#tell = tell
    this.#signal = signal
    this.book.want(wanted)
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  async run(): Promise<void> {
    const isFollowing = this.#question['follow'] === '1'
    while (!this.#signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one connection after the other
        await this.#once()
        this.#become(isFollowing ? 'cut' : 'over', null)
      } catch (error) {
        if (this.#signal.aborted) return
        const problem = problemFrom(error)
        const isRefused = !(error instanceof CallError) || (problem.status >= 400 && problem.status < 500)
        this.#become(isRefused || !isFollowing ? 'failed' : 'cut', problem)
      }
      if (this.#state !== 'cut') return
      // oxlint-disable-next-line no-await-in-loop -- before the next connection
      await new Promise(resolve => setTimeout(resolve, againAfter))
    }
  }

  async #once(): Promise<void> {
    this.#before = new Map(this.book.latest)
    for await (const event of stream(readLogs, { query: this.#asked() }, this.#signal)) {
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      await this.gate.pass()
      this.#take(event)
      this.#become(this.#question['follow'] === '1' ? 'live' : 'reading', null)
    }
  }

  /** After a cut: from where it broke off. */
  #asked(): Record<string, string> {
    const stamps = [...this.book.latest.values()].filter(stamp => stamp !== '')
    if (stamps.length === 0) return this.#question
    const { since: _, tail: _tail, ...rest } = this.#question
    return { ...rest, from: String(Math.min(...stamps.map(secondOf))) }
  }

  #take(event: LogEvent): void {
    switch (event.kind) {
      case 'containers': {
        const { containers, pods, left } = event
        this.#head = { containers, pods, left }
        this.#names = new Map(containers.map(({ id, pod, container }) => [id, `${pod}/${container}`]))
        return
      }
      case 'lines': {
        const of = this.#names.get(event.of) ?? ''
        const before = this.#before.get(of) ?? ''
        const isKnown = (line: string) => before !== '' && line.slice(0, before.length) <= before
        const first = event.lines.findIndex(line => !isKnown(line))
        if (first === -1) return
        const cut = new Map((event.cut ?? []).map(({ index, bytes }) => [index - first, bytes]))
        this.book.add(of, event.lines.slice(first), cut)
        return
      }
      case 'note': {
        const name = this.#names.get(event.of) ?? ''
        this.#notes.delete(name)
        this.#notes.set(name, { ...event, name })
      }
    }
  }

  #become(state: Logs['state'], problem: Problem | null): void {
    const isChanged = state !== this.#state
    this.#state = state
    this.#problem = problem
    if (isChanged && state !== 'live') this.draw()
    else this.#timer ??= setTimeout(this.draw, drawEvery)
  }

  draw = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#signal.aborted) return
    const { book } = this
    this.#tell({
      rows: [...book.rows],
      shown: [...book.shown],
      dropped: book.dropped,
      droppedShown: book.droppedShown,
      ...this.#head,
      notes: [...this.#notes.values()],
      state: this.#state,
      problem: this.#problem,
    })
  }
}
