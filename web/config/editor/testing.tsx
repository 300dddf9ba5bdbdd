import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

type Body = Record<string, unknown>
export type Replies = Record<string, (body: Body, query: URLSearchParams) => unknown>

export const rightsOf = (verbs: string[]) => ({
  user: 'mesh-admin',
  users: [],
  rights: [{ namespace: null, group: 'networking.istio.io', kind: 'VirtualService', verbs }],
})

const nothing = {
  namespaces: [],
  services: [],
  workloads: [],
  serviceAccounts: [],
  subsets: [],
  gateways: [],
  secrets: [],
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  providers: [],
}

/** The editor's surroundings with the BFF played by the test: replies by path, given the body that was sent. */
export async function renderEditor(content: ReactNode, replies: Replies = {}) {
  await page.viewport(1440, 900)
  await startLanguage()
  await openTexts('config')
  const sent: { path: string; body: Body }[] = []
  const all: Replies = {
    '/api/config/rights': () => rightsOf(['get', 'create', 'patch', 'delete']),
    '/api/config/inventory': () => nothing,
    '/api/config/analyze': () => ({ findings: [], brought: [], resolved: [], impacts: [] }),
    ...replies,
  }
  vi.stubGlobal('fetch', async (url: string, init: { body: string | null }) => {
    const [path = '', query = ''] = url.split('?')
    const body = (init.body === null ? {} : JSON.parse(init.body)) as Body
    sent.push({ path, body })
    const found = Object.entries(all).find(([known]) => path.startsWith(known))
    const reply = found?.[1](body, new URLSearchParams(query))
    if (reply instanceof Response) return reply
    return new Response(
      JSON.stringify(reply ?? { type: 'about:blank', title: 'No', status: 404, detail: 'Nothing here.' }),
      {
        status: reply === undefined ? 404 : 200,
      },
    )
  })
  const listeners = new Map<string, (...args: never[]) => void>()
  const socket = {
    connected: true,
    on: (event: string, listener: (...args: never[]) => void) => listeners.set(event, listener),
    emit: () => undefined,
    connect: () => undefined,
    disconnect: () => undefined,
  }
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const feeds = new LiveFeeds({ socket, cache, unpack: async payload => payload as unknown })
  listeners.get('connect')?.()
  const around = (inner: ReactNode) => (
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>
        <div style={{ height: 760 }}>{inner}</div>
      </LiveProvider>
    </QueryClientProvider>
  )
  const screen = await render(around(content))
  return { screen, sent, cache, show: (inner: ReactNode) => screen.rerender(around(inner)) }
}
