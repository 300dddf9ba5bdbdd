import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import type { Dashboard, Explored, Words } from '#shared/metrics/api.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { ExplorePage } from './ExplorePage.tsx'
import { MetricsTab } from './MetricsTab.tsx'
import type { MetricsSearch } from './search.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'

const hostile = '<img src=x onerror=alert(1)>'
const start = Date.UTC(2026, 10, 25, 14)
const times = [0, 60_000, 120_000].map(later => start + later)
const range = { from: start, to: start + 120_000, step: 60, times }
const dashboard: Dashboard = {
  ...range,
  panels: [
    {
      id: 'requests',
      unit: 'perSecond',
      query: 'sum(rate(istio_requests_total[60s]))',
      lines: [
        { id: hostile, name: hostile, values: [1, 2, 3] },
        { id: 'v2', name: 'v2', values: [4, 5, 6] },
      ],
    },
    { id: 'latency', unit: 'milliseconds', query: 'q', lines: [{ id: 'p95', name: 'p95', values: [10, 20, 30] }] },
    { id: 'tcp', unit: 'bytesPerSecond', query: 'q', lines: [] },
    { id: 'messages', unit: 'perSecond', query: 'q', lines: [] },
  ],
  heatmap: null,
  exemplars: [
    { at: start + 30_000, value: 25, traceId: 'abc123' },
    { at: start + 90_000, value: 12, traceId: 'def456' },
  ],
  queries: 9,
}
const explored: Explored = {
  ...range,
  lines: [{ id: 'up', name: `up{job="${hostile}"}`, values: [1, 1, 1] }],
  series: 1,
  asked: 'up{namespace="shop"}',
}
const problem = (status: number, detail: string) =>
  new Response(JSON.stringify({ type: 'about:blank', title: 'No', status, detail, source: 'prometheus' }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

/** The BFF, played by the test; what it was asked. */
async function show(content: ReactNode, replies: Record<string, (query: URLSearchParams) => unknown>) {
  await startLanguage()
  await Promise.all([openTexts('metrics'), openTexts('charts')])
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    const { pathname, search, searchParams } = new URL(address, 'http://bff')
    asked.push(`${pathname}${search}`)
    const reply = replies[pathname]?.(searchParams) ?? problem(404, `nothing at ${pathname}`)
    return reply instanceof Response ? reply : new Response(JSON.stringify(reply))
  })
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const screen = await render(<QueryClientProvider client={cache}>{content}</QueryClientProvider>)
  return { screen, asked }
}
afterEach(() => vi.unstubAllGlobals())

const tab = (onSearch = vi.fn(), onGo = vi.fn(), search: MetricsSearch = {}) => (
  <MetricsTab
    subject={{ of: 'service', namespace: 'shop', name: 'cart' }}
    search={search}
    onSearch={onSearch}
    onGo={onGo}
  />
)
const charts = (reply: unknown) => ({ '/api/metrics/dashboard': () => reply })

describe('charts of a service', () => {
  it('draw what was measured, leave out what it does not speak, and render names from outside as text', async () => {
    const { screen } = await show(tab(), charts(dashboard))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: hostile })).toBeVisible()
    await expect.element(page.getByText(/9 queries/)).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
    expect(page.getByRole('heading', { name: 'TCP bytes' }).elements()).toEqual([])
    expect(page.getByRole('heading', { name: 'gRPC messages' }).elements()).toEqual([])
  })

  it('lead from the slowest traced request to its trace', async () => {
    const onGo = vi.fn()
    await show(tab(vi.fn(), onGo), charts(dashboard))
    await page.getByRole('link', { name: /Slowest trace: 25/ }).click()
    expect(onGo).toHaveBeenCalledWith('/traces/abc123')
  })

  it('are cut and compared as the address says', async () => {
    const { asked } = await show(tab(vi.fn(), vi.fn(), { split: 'code', compare: 'day' }), charts(dashboard))
    await expect.element(page.getByText('v2, before').first()).toBeVisible()
    expect(asked[0]).toContain('split=code')
    expect(asked.at(-1)).toContain(`only=compared&from=${start - 86_400_000}`)
  })

  it('say why they could not be read', async () => {
    await show(tab(), charts(problem(502, 'Prometheus at http://p did not answer in 10 s.')))
    await expect.element(page.getByText(/did not answer in 10 s/)).toBeVisible()
  })
})

describe('Explore', () => {
  function Explore({ onSearch = () => undefined }: { onSearch?: (patch: MetricsSearch) => void }): ReactNode {
    const [search, setSearch] = useState<MetricsSearch>({})
    return (
      <ExplorePage
        search={search}
        onSearch={patch => {
          onSearch(patch)
          setSearch(before => ({ ...before, ...patch }))
        }}
      />
    )
  }
  const words = (query: URLSearchParams): Words => {
    const all = { metrics: ['istio_requests_total', 'up'], labels: ['job', 'namespace'], values: [hostile, 'a"b'] }
    const has = query.get('has') ?? ''
    return { words: all[query.get('of') as keyof typeof all].filter(word => word.includes(has)), more: 0 }
  }
  const replies = { '/api/metrics/words': words, '/api/metrics/explore': () => explored }

  it('completes metrics, labels and values by keyboard, and asks for what stands there', async () => {
    const onSearch = vi.fn()
    const { screen, asked } = await show(<Explore onSearch={onSearch} />, replies)
    const field = page.getByRole('combobox', { name: 'PromQL' })
    await field.click()
    await userEvent.keyboard('istio')
    await expect.element(page.getByRole('option', { name: 'istio_requests_total' })).toBeVisible()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    await expect.element(field).toHaveValue('istio_requests_total')
    await userEvent.keyboard('{{jo')
    await expect.element(page.getByRole('option', { name: 'job' })).toBeVisible()
    await userEvent.keyboard('{ArrowDown}{Tab}')
    await userEvent.keyboard('="')
    await expect.element(page.getByRole('option', { name: hostile })).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}')
    await expect.element(field).toHaveValue('istio_requests_total{job="a\\"b"')
    expect(asked.at(-1)).toContain('metric=istio_requests_total&label=job')
    await userEvent.keyboard('}{Escape}{Enter}')
    expect(onSearch).toHaveBeenCalledWith({ q: 'istio_requests_total{job="a\\"b"}' })
    await expect.element(page.getByText('up{namespace="shop"}')).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('can be written where no completion comes', async () => {
    await show(<Explore />, { '/api/metrics/explore': () => explored })
    await page.getByRole('combobox', { name: 'PromQL' }).fill('up')
    await page.getByRole('button', { name: 'Ask' }).click()
    await expect.element(page.getByRole('slider', { name: 'Answer' })).toBeVisible()
  })
})
