import { type ReactNode, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Message } from '#shared/live.ts'
import type { Dashboard, Explored, Words } from '#shared/metrics/api.ts'
import { diffTold, type Told, type ToldChange } from '#shared/metrics/told.ts'
import { type Asked, problem } from '#web/api/testing.tsx'
import { ExplorePage } from './ExplorePage.tsx'
import { MetricsPage } from './MetricsPage.tsx'
import { MetricsTab } from './MetricsTab.tsx'
import type { MetricsSearch } from './search.ts'
import { show } from './testing.tsx'

/** The machine may be busy. */
const patient = { timeout: 10_000 }
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
  rows: [{ labels: { __name__: 'up', job: hostile }, last: 1, least: 1, most: 1 }],
  asked: 'up{namespace="shop"}',
}
type Live = Message<Told<Dashboard>, ToldChange<Dashboard>>
const snapshot = (charts: Dashboard): Live => ({
  kind: 'snapshot',
  epoch: 'a',
  version: 1,
  at: charts.to,
  state: { charts, refused: null },
})

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
const zoomed = { from: String(start), to: String(start + 120_000) }

describe('charts of a service', () => {
  it('draw what was measured, leave out what it does not speak, and render names from outside as text', async () => {
    const { screen, tell, asked } = await show<Live>(tab())
    await tell(snapshot(dashboard))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: hostile })).toBeVisible()
    await expect.element(page.getByText(/9 queries/)).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
    expect(page.getByRole('heading', { name: 'TCP bytes' }).elements()).toEqual([])
    expect(page.getByRole('heading', { name: 'gRPC messages' }).elements()).toEqual([])
    expect(asked.filter(({ path }) => path.startsWith('/api/metrics'))).toEqual([])
  })

  it('get new points from the feed, and draw nothing anew that did not change', async () => {
    const { screen, tell } = await show<Live>(tab())
    await tell(snapshot(dashboard))
    const requests = page.getByRole('slider', { name: 'Requests' })
    await expect
      .element(requests)
      .toHaveAttribute('aria-valuetext', expect.stringMatching(/^14:02:00, <img .*> 3.*, v2 6/))
    await vi.waitFor(() => expect(screen.container.querySelectorAll('[data-drawn]')).toHaveLength(2), patient)
    const drawn = vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect')
    // Once drawn, a chart hears of its size, and draws itself again.
    await vi.waitFor(async () => {
      drawn.mockClear()
      await new Promise(resolve => setTimeout(resolve, 100))
      expect(drawn).not.toHaveBeenCalled()
    }, patient)
    const areas = () =>
      (drawn.mock.contexts as CanvasRenderingContext2D[]).map(({ canvas }) =>
        canvas.closest('section')?.getAttribute('aria-label'),
      )
    const [first] = dashboard.panels
    if (first === undefined) throw new Error('no panel')
    const corrected = { ...first, lines: first.lines.map(line => ({ ...line, values: [1, 2, 8] })) }
    const after = { ...dashboard, panels: [corrected, ...dashboard.panels.slice(1)] }
    const change = diffTold({ charts: dashboard, refused: null }, { charts: after, refused: null })
    if (change === null) throw new Error('no change')
    await tell({ kind: 'change', epoch: 'a', base: 1, version: 2, at: start, change })
    await expect.element(requests).toHaveAttribute('aria-valuetext', expect.stringMatching(/v2 8/))
    await vi.waitFor(() => expect(areas()).toContain('Requests'), patient)
    expect(areas()).not.toContain('Latency')
    drawn.mockRestore()
  })

  it('ask for the whole where a change does not fit what they hold', async () => {
    const { tell, said } = await show<Live>(tab())
    await tell(snapshot(dashboard))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    await tell({ kind: 'change', epoch: 'a', base: 7, version: 8, at: start, change: { charts: {} } })
    await vi.waitFor(() =>
      expect(said.at(-1)).toEqual({ event: 'resync', payload: { feed: 'f1', held: { epoch: 'a', version: 1 } } }),
    )
  })

  it('leave the feed while nobody can see them, and stay as they are', async () => {
    const { tell, said } = await show<Live>(tab())
    await tell(snapshot(dashboard))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(said.at(-1)?.event).toBe('unsubscribe'))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    hidden.mockRestore()
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(said.at(-1)?.event).toBe('subscribe'))
  })

  it('are asked for once and do not live while they are zoomed', async () => {
    const { asked, said } = await show<Live>(tab(vi.fn(), vi.fn(), zoomed), charts(dashboard))
    await expect.element(page.getByRole('slider', { name: 'Requests' })).toBeVisible()
    expect(asked.filter(({ path }) => path.startsWith('/api/metrics'))).toHaveLength(1)
    expect(said).toEqual([])
  })

  it('lead from the slowest traced request to its trace', async () => {
    const onGo = vi.fn()
    const { tell } = await show<Live>(tab(vi.fn(), onGo))
    await tell(snapshot(dashboard))
    await page.getByRole('link', { name: /Slowest trace: 25/ }).click()
    expect(onGo).toHaveBeenCalledWith('/traces/abc123')
  })

  it('are cut and compared as the address says', async () => {
    const { asked, said, tell } = await show(
      tab(vi.fn(), vi.fn(), { split: 'code', compare: 'day' }),
      charts({ ...dashboard, times: times.map(time => time - 86_400_000) }),
    )
    await tell(snapshot(dashboard))
    await expect.element(page.getByText('v2, before').first()).toBeVisible()
    expect(said[0]?.payload).toMatchObject({ subject: 'metrics', query: { split: 'code', name: 'cart' } })
    const before = asked.find(({ query }) => query.get('only') === 'compared')?.query
    expect(Number(before?.get('from'))).toBeLessThanOrEqual(start - 86_400_000)
    expect(Number(before?.get('to'))).toBeGreaterThanOrEqual(start + 120_000 - 86_400_000)
  })

  it('say whose counts they are', async () => {
    await show<Live>(tab(vi.fn(), vi.fn(), { reporter: 'source' }))
    await expect.element(page.getByText(/what the proxies of callers have counted/)).toBeVisible()
  })

  it('say why they are refused, and why they could not be read', async () => {
    const { tell } = await show<Live>(tab())
    await tell({ ...snapshot(dashboard), state: { charts: null, refused: 'There is nothing of this name.' } } as Live)
    await expect.element(page.getByText('There is nothing of this name.')).toBeVisible()
    await show<Live>(
      tab(vi.fn(), vi.fn(), zoomed),
      charts(problem(502, 'Prometheus at http://p did not answer in 10 s.')),
    )
    await expect.element(page.getByText(/did not answer in 10 s/)).toBeVisible()
  })
})

describe('the page of all charts', () => {
  it('lets one choose an edge: its service, then who calls it', async () => {
    const all = { service: ['pay/ledger', 'shop/cart'], caller: ['shop/web'] }
    function Page(): ReactNode {
      const [search, setSearch] = useState<MetricsSearch>({})
      return (
        <MetricsPage
          search={search}
          onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
          onGo={() => undefined}
        />
      )
    }
    const { said } = await show<Live>(<Page />, {
      '/api/metrics/subjects': ({ query }) => ({
        subjects: all[query.get('of') as keyof typeof all]
          .filter(each => each.includes(query.get('has') ?? ''))
          .map(each => ({ namespace: each.split('/')[0], name: each.split('/')[1] })),
        more: 0,
      }),
    })
    await page.getByRole('button', { name: 'Edge' }).click()
    await expect.element(page.getByText('Choose a service: its charts come then.')).toBeVisible()
    await page.getByRole('combobox', { name: /^Service/ }).fill('cart')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByText(/Choose who calls it/)).toBeVisible()
    await page.getByRole('combobox', { name: /^Caller/ }).fill('shop/web')
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() =>
      expect(said.findLast(({ event }) => event === 'subscribe')?.payload).toMatchObject({
        query: { of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web' },
      }),
    )
    await page.getByRole('button', { name: 'Gateway' }).click()
    await expect.element(page.getByText('Choose a gateway: its charts come then.')).toBeVisible()
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
  const words = ({ query }: Asked): Words => {
    const all = { metrics: ['istio_requests_total', 'up'], labels: ['job', 'namespace'], values: [hostile, 'a"b'] }
    const has = query.get('has') ?? ''
    return { words: all[query.get('of') as keyof typeof all].filter(word => word.includes(has)), more: 0 }
  }
  const replies = { '/api/metrics/words': words, '/api/metrics/explore': () => explored }

  it('begins with questions about the mesh and about who is busiest, and with those that were asked before', async () => {
    localStorage.clear()
    const onSearch = vi.fn()
    const busy = ({ query }: Asked): Explored => ({
      ...explored,
      rows: query.get('q')?.startsWith('topk(') === true ? [busiest] : explored.rows,
    })
    const labels = { destination_service_namespace: 'shop', destination_service_name: hostile }
    const busiest = { labels, last: 12, least: 1, most: 20 }
    const { screen } = await show(<Explore onSearch={onSearch} />, { ...replies, '/api/metrics/explore': busy })
    await page.getByRole('button', { name: `Errors of shop/${hostile}` }).click()
    const [[patch] = []] = onSearch.mock.calls as [MetricsSearch][]
    const query = patch?.q ?? ''
    expect(query).toContain(`destination_service_name="${hostile}"`)
    await expect.element(page.getByRole('combobox', { name: 'PromQL' })).toHaveValue(query)
    expect(page.getByRole('heading', { name: 'About the mesh' }).elements()).toEqual([])
    await page.getByRole('combobox', { name: 'PromQL' }).fill('')
    await page.getByRole('button', { name: 'Ask' }).click()
    await expect.element(page.getByRole('region', { name: 'Asked before' })).toMatchTextContent(query)
    expect(screen.container.querySelector('img')).toBeNull()
    await page.getByRole('button', { name: 'Forget them' }).click()
    expect(localStorage.getItem('weft.explored')).toBeNull()
  })

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
    expect(asked.at(-1)?.address).toContain('metric=istio_requests_total&label=job')
    await userEvent.keyboard('}{Escape}{Enter}')
    expect(onSearch).toHaveBeenCalledWith({ q: 'istio_requests_total{job="a\\"b"}' })
    await expect.element(page.getByText('up{namespace="shop"}')).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('shows every series of an answer, of which one is found, and none is markup', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({
      labels: { __name__: 'up', pod: index === 7 ? hostile : `pod-${index}` },
      last: index,
      least: 0,
      most: index,
    }))
    const { screen } = await show(<Explore />, {
      '/api/metrics/explore': () => ({ ...explored, rows, series: 12_000 }),
    })
    await page.getByRole('combobox', { name: 'PromQL' }).fill('up')
    await page.getByRole('button', { name: 'Ask' }).click()
    const grid = page.getByRole('grid', { name: 'Answer' })
    await expect.element(grid.getByRole('row').nth(1)).toMatchTextContent(/pod-9999/)
    expect(grid.getByRole('row').elements().length).toBeLessThan(100)
    await expect.element(page.getByText('10,000 of 12,000 series')).toBeVisible()
    await grid.getByRole('button', { name: 'Last' }).click()
    await expect.element(grid.getByRole('row').nth(1)).toMatchTextContent(/pod-0/)
    await page.getByRole('searchbox', { name: 'Find a series' }).fill('img')
    await expect.element(grid.getByRole('row').nth(1)).toMatchTextContent(/<img src=x/)
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('can be written where no completion comes', async () => {
    await show(<Explore />, { '/api/metrics/explore': () => explored })
    await page.getByRole('combobox', { name: 'PromQL' }).fill('up')
    await page.getByRole('button', { name: 'Ask' }).click()
    await expect.element(page.getByRole('slider', { name: 'Answer' })).toBeVisible()
  })
})
