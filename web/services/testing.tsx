import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { render } from 'vitest-browser-react'
import type { Message } from '#shared/live.ts'
import type { ServiceList, ServiceRow } from '#shared/services/api.ts'
import type { ServicesChange } from '#shared/services/list.ts'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import type { Slots, Subject } from './page/parts.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type Told = Message<ServiceList, ServicesChange>

export const at = Date.UTC(2026, 10, 23, 14, 32)

export const listOf = (rows: ServiceRow[], partial: string[] = []): ServiceList => ({
  at,
  window: 60,
  rows,
  queries: [],
  partial,
})

export const snapshot = (state: ServiceList): Told => ({ kind: 'snapshot', epoch: 'a', version: 1, at, state })

/** A page's surroundings with the BFF played by the test: replies by path, and a socket that says what it is told to. */
export async function renderWithBff(content: ReactNode, replies: Record<string, () => unknown> = {}) {
  await startLanguage()
  await openTexts('services')
  await openTexts('health')
  vi.stubGlobal('fetch', async (url: string) => {
    const reply = replies[url.split('?')[0] ?? '']?.()
    return reply instanceof Response
      ? reply
      : new Response(JSON.stringify(reply ?? {}), { status: reply === undefined ? 404 : 200 })
  })
  const listeners = new Map<string, (...args: never[]) => void>()
  const socket = {
    connected: true,
    on: (event: string, listener: (...args: never[]) => void) => listeners.set(event, listener),
    emit: (_event: string, _payload: unknown, answer?: (answer: unknown) => void) => answer?.({ ok: true, feed: 'f1' }),
    connect: () => listeners.get('connect')?.(),
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
  return { screen, tell: (message: Told) => fire('message', 'f1', message) }
}

const slot = (name: string) => (of: Subject) => <p>{`${name} of ${of.name}: ${of.related.join(' ')}`}</p>

/** What other rooms bring to a page, played: each says its name and what it was asked about. */
export const slots: Slots = {
  metrics: slot('metrics'),
  traces: slot('traces'),
  logs: slot('logs'),
  security: slot('security'),
  happened: slot('happened'),
  config: slot('config'),
  governed: slot('governed'),
}
