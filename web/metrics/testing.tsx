import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { expect, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

export const problem = (status: number, detail: string) =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'No', status, detail, source: 'prometheus' }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

/** The BFF, played by the test: what it was asked, what the page told its socket, and a way to tell whoever subscribed something. */
export async function show<Live>(
  content: ReactNode,
  replies: Record<string, (query: URLSearchParams, body: string) => unknown> = {},
) {
  await startLanguage()
  await Promise.all([openTexts('metrics'), openTexts('charts')])
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string, init?: { body?: unknown }) => {
    const { pathname, search, searchParams } = new URL(address, 'http://bff')
    asked.push(`${pathname}${search}`)
    const reply =
      replies[pathname]?.(searchParams, typeof init?.body === 'string' ? init.body : '') ??
      problem(404, `nothing at ${pathname}`)
    return reply instanceof Response ? reply : new Response(JSON.stringify(reply))
  })
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const listeners = new Map<string, (...args: never[]) => void>()
  const said: { event: string; payload: unknown }[] = []
  const socket = {
    connected: true,
    on: (event: string, listener: (...args: never[]) => void) => listeners.set(event, listener),
    emit: (event: string, payload: unknown, answer?: (answer: unknown) => void) => {
      said.push({ event, payload })
      answer?.({ ok: true, feed: 'f1' })
    },
    connect: () => undefined,
    disconnect: () => undefined,
  }
  const feeds = new LiveFeeds({ socket, cache, unpack: async payload => payload as unknown })
  const fire = (event: string, ...args: unknown[]) => listeners.get(event)?.(...(args as never[]))
  fire('connect')
  const screen = await render(
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>{content}</LiveProvider>
    </QueryClientProvider>,
  )
  const tell = async (message: Live): Promise<void> => {
    await vi.waitFor(() => expect(said.map(({ event }) => event)).toContain('subscribe'))
    fire('message', 'f1', message)
  }
  return { screen, asked, said, tell }
}
