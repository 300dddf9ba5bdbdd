import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { expect, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import type { Status } from '#shared/mesh/source.ts'
import { LiveFeeds } from './live.ts'
import { playSocket } from './played-socket.ts'
import { LiveProvider } from './use-live.ts'

/** One call of the page. */
export interface Asked {
  readonly address: string
  readonly path: string
  readonly query: URLSearchParams
  /** Empty where none was sent. */
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal | null
}

/** What a call is answered with: a Response as it is, anything else as JSON, undefined with "there is nothing". */
export type Reply = (asked: Asked) => unknown
export type Replies = Readonly<Record<string, Reply>>

/** A Problem as the BFF sends it. */
export const problem = (status: number, detail: string, source?: string): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'Problem', status, detail, source }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

/** What the BFF says of itself when all is well. */
export const statusAt = (now: number): Status => ({
  version: '0.1.0',
  mesh: 'lab',
  cluster: 'lab',
  user: 'mesh-admin',
  users: [],
  now,
  scrapeInterval: 15,
  scrapeIntervalKnown: true,
  sources: [],
})

/** Every call goes to `reply`, by its path or whatever it is. Returns all that is asked from now on. */
export function playCalls(reply: Replies | Reply): readonly Asked[] {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const { pathname, searchParams } = new URL(address, 'http://bff')
    const call: Asked = {
      address,
      path: pathname,
      query: searchParams,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as Asked['body']) : {},
      headers: Object.fromEntries(new Headers(init.headers)),
      signal: init.signal ?? null,
    }
    asked.push(call)
    const answer = await (typeof reply === 'function' ? reply : reply[pathname])?.(call)
    if (answer instanceof Response) return answer
    return answer === undefined ? problem(404, `There is nothing at ${pathname}.`) : Response.json(answer)
  })
  return asked
}

/**
 * A page with the BFF played by the test: what was asked, what was said on the socket, and ways to tell something to
 * whoever subscribed, and to cut the line. `greeting` is told to everybody who subscribes.
 */
export async function renderWithBff<Told = unknown>(
  content: ReactNode,
  reply: Replies | Reply = {},
  greeting?: () => Told,
) {
  const asked = playCalls(reply)
  const { socket, said, fire } = playSocket(greeting)
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const feeds = new LiveFeeds({ socket, cache, unpack: async payload => payload as unknown })
  fire('connect')
  const around = (inner: ReactNode) => (
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>{inner}</LiveProvider>
    </QueryClientProvider>
  )
  const screen = await render(around(content))
  return {
    screen,
    asked,
    said,
    cache,
    /** Once something has subscribed. */
    tell: async (message: Told): Promise<void> => {
      await vi.waitFor(() => expect(said.map(({ event }) => event)).toContain('subscribe'), { timeout: 10_000 })
      fire('message', 'f1', message)
    },
    cut: () => fire('disconnect'),
    show: (next: ReactNode) => screen.rerender(around(next)),
  }
}
