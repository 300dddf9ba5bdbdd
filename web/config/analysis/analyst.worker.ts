import { readWorld } from '#shared/config/api.ts'
import type { Json } from '#shared/mesh/object.ts'
import { address } from '#web/api/call.ts'
import { createAnalyst, type Look } from './analyst.ts'
import { tooLarge, wordsOf } from './limit.ts'
import { lastOf } from './last-of.ts'

/** The analyzers off the main thread: they read the world themselves, so that no megabyte of it passes through the page. */
export type Request = { kind: 'follow'; headers: Record<string, string> } | { kind: 'look'; id: number; values: Json[] }

export type Answer =
  | { kind: 'world'; state: 'ready' | 'tooLarge' }
  | { kind: 'world'; state: 'failing'; because: string }
  | { kind: 'looked'; id: number; look: Look | null }

const analyst = createAnalyst()
const keepUp = lastOf(async (headers: Record<string, string>) => {
  const answer = await follow(headers)
  if (answer) tell(answer)
})

self.addEventListener('message', (event: MessageEvent<Request>) => {
  const { data } = event
  if (data.kind === 'look') tell({ kind: 'looked', id: data.id, look: analyst.look(data.values) })
  else keepUp(data.headers)
})

const tell = (answer: Answer) => self.postMessage(answer)

/** Reads what is another since the last time; null where nothing is. */
async function follow(headers: Record<string, string>): Promise<Answer | null> {
  const { version } = analyst
  try {
    const response = await fetch(address(readWorld.path, {}, version === null ? {} : { since: version }), {
      headers: {
        accept: 'application/json',
        ...headers,
        ...(version === null ? {} : { 'if-none-match': `"${version}"` }),
      },
    })
    if (response.status === 304) return null
    if (!response.ok) return { kind: 'world', state: 'failing', because: `HTTP ${response.status}` }
    const words = await wordsOf(response)
    if (words === tooLarge) return { kind: 'world', state: 'tooLarge' }
    const reply = readWorld.reply.safeParse(JSON.parse(words))
    if (!reply.success)
      return { kind: 'world', state: 'failing', because: String(reply.error.issues[0]?.path.join('.')) }
    analyst.take(reply.data)
    return { kind: 'world', state: 'ready' }
  } catch (error) {
    return { kind: 'world', state: 'failing', because: error instanceof Error ? error.message : String(error) }
  }
}
