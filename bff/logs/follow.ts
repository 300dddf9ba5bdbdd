import { ApiError } from '#bff/sources/kubernetes-api.ts'
import { SourceError } from '#bff/sources/source.ts'
import type { LogNote } from '#shared/logs/api.ts'
import type { Milliseconds } from '#shared/units.ts'
import { type Line, linesIn } from './lines.ts'
import type { Container } from './pod.ts'
import { isAfter, logPath, stampOf } from './question.ts'
import { pause, type View } from './view.ts'

export type Opened = { chunks: AsyncIterable<Buffer> } | { error: ApiError | SourceError }

/** A log may be silent for long; after this it is opened anew, in case nobody is at the other end any more. */
const silence: Milliseconds = 600_000
/** Most lines of one container from a moment on. */
const mostLines = 20_000
const mostAgain: Milliseconds = 30_000

export async function openContainer(view: View, of: Container, after: string): Promise<Opened> {
  try {
    const { client, query, signal } = view
    return { chunks: await client.stream(logPath(query, of, after), signal, query.follow ? silence : 30_000) }
  } catch (error) {
    if (error instanceof ApiError || error instanceof SourceError) return { error }
    throw error
  }
}

/** Reads one container until it is at its end, or as long as somebody follows: through restarts and lost connections. */
export async function pump(view: View, container: Container, id: number, first: Opened | null): Promise<void> {
  const { query, signal, told } = view
  let of = container
  let opened = first
  let last = ''
  let failures = 0
  let said = ''
  const note = async (what: LogNote['what'], because: string) => {
    if (said === `${what} ${because}` || signal.aborted) return
    said = `${what} ${because}`
    await told.tell({ kind: 'note', of: id, at: view.now(), what, because })
  }
  for (;;) {
    // oxlint-disable no-await-in-loop -- one life of a container after the other
    opened ??= await openContainer(view, of, last)
    if ('error' in opened) {
      const { what, isFinal } = meaningOf(opened.error)
      await note(what, opened.error.message)
      if (isFinal) return
      failures += 1
    } else {
      const read = await copy(view, id, opened.chunks, last)
      last = read.last
      if (read.lines > 0) [failures, said] = [0, '']
      if (read.end === 'past') return
      if (read.end === 'more') return note('more', String(mostLines))
      if (read.end instanceof SourceError && read.end.reason !== 'timeout') await note('failed', read.end.message)
    }
    if (!query.follow || query.previous || signal.aborted) return
    opened = null
    const next = await view.look(of.pod).catch((error: unknown) => {
      if (error instanceof ApiError || error instanceof SourceError) return undefined
      throw error
    })
    if (next === null) return note('gone', '')
    const now = next?.find(each => each.container === of.container)
    if (now) {
      const isChanged = now.restarts !== of.restarts || now.state !== of.state
      if (now.restarts > of.restarts) await note('restarted', now.ended)
      else if (now.state === 'ended') await note('ended', now.ended)
      of = now
      if (isChanged) await view.changed()
      // What ended well stays so; what failed is started again by the kubelet.
      if (now.kind === 'init' && now.state === 'ended') return
    }
    if (!(await pause(Math.min(mostAgain, view.again * 2 ** Math.min(failures, 5)), signal))) return
    // oxlint-enable no-await-in-loop
  }
}

interface Read {
  last: string
  lines: number
  /** Why it stopped: the log's end, past the time that was asked for, more than is read, or what went wrong. */
  end: 'end' | 'past' | 'more' | SourceError
}

async function copy(view: View, id: number, chunks: AsyncIterable<Buffer>, after: string): Promise<Read> {
  const { query, told } = view
  let last = after
  let lines = 0
  try {
    for await (const whole of linesIn(chunks)) {
      const young: Line[] = []
      let isPast = false
      for (const line of whole) {
        const stamp = stampOf(line.text)
        // Asked again from a second on, what was read of that second comes again.
        if (after !== '' && stamp !== '' && stamp <= after) continue
        if (isAfter(stamp, query.to)) {
          isPast = true
          break
        }
        if (stamp !== '') last = stamp
        young.push(line)
      }
      lines += young.length
      if (young.length > 0)
        await told.tell({ kind: 'lines', of: id, lines: young.map(({ text }) => text), ...cutOf(young) })
      if (isPast) return { last, lines, end: 'past' }
      if (query.from !== undefined && !query.follow && lines >= mostLines) return { last, lines, end: 'more' }
      if (view.signal.aborted) return { last, lines, end: 'end' }
    }
    return { last, lines, end: 'end' }
  } catch (error) {
    if (error instanceof SourceError) return { last, lines, end: error }
    throw error
  }
}

function cutOf(lines: readonly Line[]): { cut?: { index: number; bytes: number }[] } {
  const cut = lines.flatMap(({ cut: bytes }, index) => (bytes === null ? [] : [{ index, bytes }]))
  return cut.length > 0 ? { cut } : {}
}

/** What a refusal means for the reading: some get better by themselves. */
function meaningOf(error: ApiError | SourceError): { what: LogNote['what']; isFinal: boolean } {
  if (error instanceof SourceError) return { what: 'failed', isFinal: false }
  if (error.status === 403 || error.status === 401) return { what: 'refused', isFinal: true }
  if (error.status === 404) return { what: 'gone', isFinal: true }
  return error.status === 400 ? { what: 'waiting', isFinal: false } : { what: 'failed', isFinal: false }
}
