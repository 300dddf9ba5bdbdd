import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { render } from 'vitest-browser-react'
import type { Message } from '#shared/live.ts'
import type { GraphChange } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { detail, ladder, namespaces, status } from './fixture.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type GraphMessage = Message<Graph, GraphChange>

/** A page's surroundings with the BFF played by the test: replies by path, and a socket that says what it is told to. */
export async function renderWithBff(content: ReactNode, replies: Record<string, () => unknown> = {}) {
  await startLanguage()
  await Promise.all([openTexts('side'), openTexts('health')])
  const asked: string[] = []
  const all: Record<string, () => unknown> = {
    '/api/status': () => status,
    '/api/namespaces': () => namespaces,
    '/api/topology/detail': () => detail(),
    '/api/empty': () => ladder,
    ...replies,
  }
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url)
    const reply = all[url.split('?')[0] ?? '']?.()
    return reply instanceof Response
      ? reply
      : new Response(JSON.stringify(reply), { status: reply === undefined ? 404 : 200 })
  })
  const listeners = new Map<string, (...args: never[]) => void>()
  const sent: { event: string; payload: unknown }[] = []
  const socket = {
    connected: true,
    on: (event: string, listener: (...args: never[]) => void) => listeners.set(event, listener),
    emit: (event: string, payload: unknown, answer?: (answer: unknown) => void) => {
      sent.push({ event, payload })
      answer?.({ ok: true, feed: 'f1' })
    },
    connect: () => listeners.get('connect')?.(),
    disconnect: () => listeners.get('disconnect')?.(...(['io client disconnect'] as never[])),
  }
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const feeds = new LiveFeeds({ socket, cache, unpack: async payload => payload as unknown })
  const fire = (event: string, ...args: unknown[]) => listeners.get(event)?.(...(args as never[]))
  fire('connect')
  const screen = await render(
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>{content}</LiveProvider>
    </QueryClientProvider>,
  )
  return {
    screen,
    asked,
    sent,
    tell: (message: GraphMessage) => fire('message', 'f1', message),
    cut: () => fire('disconnect'),
  }
}

export const snapshot = (state: Graph): GraphMessage => ({
  kind: 'snapshot',
  epoch: 'a',
  version: 1,
  at: state.at,
  state,
})

/** A Problem as the BFF sends it. */
export const problem = (code: number, detailText: string, source?: string): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'Problem', status: code, detail: detailText, source }), {
    status: code,
  })
