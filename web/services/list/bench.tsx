import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { ServiceRow } from '#shared/services/api.ts'
import { LiveFeeds } from '#web/api/live.ts'
import { playSocket } from '#web/api/played-socket.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { frame, type Frames, scrolled } from '#web/ui/bench.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { ListPage } from './ListPage.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

/** The list of services with very many, as `npm run bench lists` measures it in a browser. No page leads here. */
export interface Measured {
  rows: number
  /** Milliseconds from what was chosen to rows that are laid out: each column sorted by, each text looked for. */
  sorts: number[]
  filters: number[]
  scroll: Frames
}

const healths = ['healthy', 'degraded', 'failing', 'unknown'] as const

function rowOf(index: number): ServiceRow {
  const name = `service-${(index * 7919) % 10_000}`
  const isQuiet = index % 11 === 0
  return {
    id: `service:team-${index % 200}/${name}`,
    kind: 'service',
    namespace: `team-${index % 200}`,
    name,
    health: healths[(index * 31) % 17 < 14 ? 0 : (index % 3) + 1] ?? 'unknown',
    reason: null,
    cause: null,
    dataPlane: index % 3 === 0 ? 'ambient' : 'sidecar',
    pods: { ready: 2, total: 2 + (index % 2) },
    proxies: 2,
    versions: [{ version: `v${index % 4}`, requestRate: index % 13, ready: 2, pods: 2 }],
    related: [`${name}-v${index % 4}`],
    serviceAccounts: [name],
    workloadKind: null,
    isAsking: false,
    isTcp: index % 29 === 0,
    requestRate: isQuiet ? 0 : ((index * 104_729) % 50_000) / 10,
    connectionRate: 0,
    byteRate: (index * 1299) % 1_000_000,
    errorRatio: isQuiet ? null : ((index * 37) % 1000) / 10_000,
    deniedRatio: isQuiet ? null : 0,
    mtlsRatio: isQuiet ? null : 1,
    p95: isQuiet ? null : (index * 271) % 900,
    trend: Array.from({ length: 30 }, (_, minute) => 10 + Math.sin(minute + index) * 4),
  }
}

type Choose = (patch: Record<string, string | undefined>) => void

function Page({ onReady }: { onReady: (choose: Choose) => void }): ReactNode {
  const [search, setSearch] = useState<Record<string, unknown>>({})
  const [choose] = useState(() => (patch: Parameters<Choose>[0]) => setSearch(before => ({ ...before, ...patch })))
  useEffect(() => onReady(choose), [onReady, choose])
  return <ListPage of="services" search={search} onSearch={choose} onOpen={() => undefined} />
}

/** The page, with its live list played. */
async function start(rows: ServiceRow[]) {
  const { socket, fire } = playSocket()
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } })
  const feeds = new LiveFeeds({ socket, cache, unpack: async payload => payload as unknown })
  fire('connect')
  const host = document.createElement('div')
  host.style.cssText = 'height: 860px; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr)'
  document.body.replaceChildren(host)
  const root = createRoot(host)
  let choose: Choose = () => undefined
  flushSync(() =>
    root.render(
      <QueryClientProvider client={cache}>
        <LiveProvider value={feeds}>
          <Page onReady={given => void (choose = given)} />
        </LiveProvider>
      </QueryClientProvider>,
    ),
  )
  // Once the page has asked for it.
  await frame()
  const at = Date.now()
  fire('message', 'f1', {
    kind: 'snapshot',
    epoch: 'a',
    version: 1,
    at,
    state: { at, window: 60, rows, queries: [], partial: [] },
  })
  return { host, root, choose: (patch: Parameters<Choose>[0]) => choose(patch) }
}

globalThis.measure = async (): Promise<Measured> => {
  await startLanguage()
  await openTexts('services')
  const rows = Array.from({ length: 10_000 }, (_, index) => rowOf(index))
  const { host, root, choose } = await start(rows)
  const begun = performance.now()
  while (host.querySelector('[role=grid] td') === null) {
    if (performance.now() - begun > 20_000) throw new Error('No rows came.')
    // oxlint-disable-next-line no-await-in-loop -- until it is there
    await frame()
  }
  await frame()
  const took = async (patch: Record<string, string | undefined>) => {
    await frame()
    const before = host.querySelector('[role=grid]')?.textContent
    const begun = performance.now()
    flushSync(() => choose(patch))
    void host.querySelector<HTMLElement>('[role=grid]')?.offsetHeight
    const duration = performance.now() - begun
    if (host.querySelector('[role=grid]')?.textContent === before)
      throw new Error(`${JSON.stringify(patch)} showed nothing new.`)
    return duration
  }
  const [sorts, filters]: [number[], number[]] = [[], []]
  /* oxlint-disable no-await-in-loop -- side by side they would measure each other */
  for (const sort of ['name', '-name', 'rate', '-rate', '-errors', 'health']) sorts.push(await took({ sort }))
  for (const q of ['service-1', 'service-12', 'team-7 v1', 'team-7 v12', undefined]) filters.push(await took({ q }))
  /* oxlint-enable no-await-in-loop */
  const scroller = [...host.querySelectorAll<HTMLElement>('*')].find(
    ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight * 20 && clientHeight > 100,
  )
  if (scroller === undefined) throw new Error('Nothing scrolls.')
  const scroll = await scrolled(240, () => void (scroller.scrollTop += 200))
  root.unmount()
  return { rows: rows.length, sorts, filters, scroll }
}
