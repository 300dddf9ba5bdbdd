import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import type { ConfigState } from '#shared/config/api.ts'
import type { ConfigChange } from '#shared/config/list.ts'
import type { Message } from '#shared/live.ts'
import type { Status } from '#shared/mesh/source.ts'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type ConfigMessage = Message<ConfigState, ConfigChange>

export const at = Date.UTC(2026, 10, 23, 14, 32)

const status: Status = {
  version: '0.1.0',
  mesh: 'lab',
  cluster: 'lab',
  user: 'mesh-admin',
  users: [],
  now: at,
  scrapeInterval: 15,
  scrapeIntervalKnown: true,
  sources: [],
}

/** A page's surroundings with the BFF played by the test: replies by path, and a socket that says what it is told to. */
export async function renderWithBff(content: ReactNode, replies: Record<string, () => unknown> = {}) {
  await page.viewport(1280, 720)
  await startLanguage()
  await openTexts('config')
  const asked: string[] = []
  const all: Record<string, () => unknown> = { '/api/status': () => status, ...replies }
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
    connect: () => undefined,
    disconnect: () => undefined,
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
    tell: (message: ConfigMessage) => fire('message', 'f1', message),
    cut: () => fire('disconnect'),
  }
}

export const snapshot = (state: ConfigState): ConfigMessage => ({ kind: 'snapshot', epoch: 'a', version: 1, at, state })
export const change = (told: ConfigChange, base = 1): ConfigMessage => ({
  kind: 'change',
  epoch: 'a',
  base,
  version: base + 1,
  at: at + 1000,
  change: told,
})

/** A Problem as the BFF sends it. */
export const problem = (code: number, detail: string): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'Problem', status: code, detail }), { status: code })
