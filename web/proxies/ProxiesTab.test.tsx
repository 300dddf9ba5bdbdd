import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { ConfigRow, PodRow, ProxyConfig, WorkloadPods } from '#shared/proxies/api.ts'
import { tablesOf } from '#shared/proxies/tables.ts'
import { problem, renderWithBff } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { ProxiesTab } from './ProxiesTab.tsx'
import type { ProxiesSearch } from './search.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

const day = 86_400_000

const pod = (name: string, more: Partial<PodRow> = {}): PodRow => ({
  name,
  phase: 'Running',
  reason: null,
  isReady: true,
  isEnding: false,
  node: 'node-1',
  createdAt: Date.now() - day,
  containers: [
    {
      name: 'app',
      image: 'shop/app:1',
      isReady: true,
      restarts: 3,
      state: 'running',
      reason: 'OOMKilled',
      cpu: 0.25,
      memory: 2 ** 27,
    },
  ],
  kind: 'sidecar',
  proxy: { namespace: 'shop', pod: name, version: '1.29.0' },
  sync: { state: 'synced', sentAt: 1, behind: [] },
  ...more,
})
const pods = (...given: PodRow[]): WorkloadPods => ({ at: Date.now(), pods: given, left: 0, partial: [], queries: [] })

const row = (id: string, cells: ConfigRow['cells'], more: Partial<ConfigRow> = {}): ConfigRow => ({
  id,
  cells,
  objects: [],
  trouble: null,
  ...more,
})
const config = (table: ProxyConfig['table'], rows: ConfigRow[]): ProxyConfig => ({
  at: Date.now(),
  speaks: 'envoy',
  toldBy: 'proxy',
  counts: tablesOf.envoy.map(each => ({ table: each, rows: each === table ? rows.length : 1 })),
  table,
  rows,
  left: 0,
  partial: [],
})

function Harness({ first }: { first: ProxiesSearch }) {
  const [search, setSearch] = useState(first)
  const [gone, setGone] = useState('')
  return (
    <>
      <ProxiesTab
        namespace="shop"
        workload="web"
        search={{ ...search }}
        onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
        scope={{}}
        onGo={setGone}
      />
      <pre data-testid="search">{JSON.stringify(search)}</pre>
      <pre data-testid="gone">{gone}</pre>
    </>
  )
}

/** The tab with a BFF played by the test. */
async function shown(
  reply: { pods: () => unknown; config?: (table: string | null) => unknown },
  first: ProxiesSearch = {},
) {
  await page.viewport(1280, 900)
  await startLanguage()
  await openTexts('proxies')
  return renderWithBff(<Harness first={first} />, ({ path, query }) =>
    path.endsWith('/pods') ? reply.pods() : reply.config?.(query.get('table')),
  )
}

const rule = { group: 'networking.istio.io', kind: 'DestinationRule', namespace: 'shop', name: 'web' }
const clusters = config('clusters', [
  row('0', { host: 'web.shop.svc.cluster.local', port: 8080, tls: 'auto' }, { objects: [rule] }),
  row('1', { host: '<img src=x onerror=alert(1)>', port: 80, tls: 'plain' }, { trouble: 'The proxy refused it.' }),
])

describe('pods and proxies', () => {
  it('tell pods with their containers, and whether their proxies are in sync', async () => {
    const behind = { type: 'Listener', because: 'bad filter' }
    const { screen } = await shown({
      pods: () => pods(pod('web-0'), pod('web-1', { sync: { state: 'stale', sentAt: 1, behind: [behind] } })),
      config: () => clusters,
    })
    const grid = screen.getByRole('grid', { name: 'Pods' })
    await expect.element(grid.getByRole('row', { name: /web-0/ })).toMatchTextContent('In sync')
    await expect.element(grid.getByRole('row', { name: /web-1/ })).toMatchTextContent('Behind')
    await expect.element(grid.getByTitle('The proxy has not taken: Listener: bad filter')).toBeVisible()
    const containers = screen.getByRole('table', { name: 'Containers of web-0' })
    await expect.element(containers).toMatchTextContent('Running, ready · ended before: OOMKilled3250m128')
    await userEvent.click(grid.getByRole('row', { name: /web-1/ }))
    await expect.element(screen.getByRole('table', { name: 'Containers of web-1' })).toBeVisible()
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"pod":"web-1"')
  })

  it('search a table, lead to the object a row comes from, and show markup as text', async () => {
    const { screen } = await shown({ pods: () => pods(pod('web-0')), config: () => clusters })
    const grid = screen.getByRole('grid', { name: 'Clusters' })
    await expect.element(grid.getByText('<img src=x onerror=alert(1)>')).toBeVisible()
    await userEvent.click(grid.getByText('<img src=x onerror=alert(1)>'))
    await expect
      .element(screen.getByRole('region', { name: 'The chosen row' }))
      .toMatchTextContent('The proxy refused it.')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Search this table' }), 'destinationrule')
    await expect.element(screen.getByText('1 of 2')).toBeVisible()
    await userEvent.click(grid.getByRole('link', { name: 'DestinationRule web' }))
    await expect
      .element(screen.getByTestId('gone'))
      .toMatchTextContent('/config/networking.istio.io/DestinationRule/shop/web')
  })

  it('tell what is left of certificates by shape and word', async () => {
    const life = (id: string, from: number, until: number) =>
      row(id, { name: id, use: 'chain', from: Date.now() + from * day, until: Date.now() + until * day })
    const certificates = config('certificates', [life('a', -1, 89.5), life('b', -85, 5.5), life('c', -9, -1.2)])
    const { screen } = await shown({
      pods: () => pods(pod('web-0')),
      config: table => (table === 'certificates' ? certificates : clusters),
    })
    await userEvent.click(screen.getByRole('button', { name: /Certificates/ }))
    for (const text of ['89 days left', '5 days left, renew it', /Expired 28\sh\s48\smin ago/])
      await expect.element(screen.getByText(text, { exact: false })).toBeVisible()
  })

  it.each<[string, () => unknown, ((table: string | null) => unknown) | undefined, string]>([
    ['nobody may list them', () => problem(403, 'viewer may not list pods.'), undefined, 'viewer may not list pods.'],
    ['there are none', () => pods(), undefined, 'There are no pods of this workload now'],
    [
      'a proxy may not be asked',
      () => pods(pod('a')),
      () => problem(403, 'viewer may not get pods/proxy.'),
      'may not get pods/proxy',
    ],
    ['a proxy does not answer', () => pods(pod('a')), () => problem(502, 'It is silent.'), 'It is silent.'],
    [
      'there is no proxy',
      () => pods(pod('a', { kind: 'none', proxy: null, sync: null })),
      undefined,
      'This pod is not in the mesh',
    ],
    [
      'a ztunnel is out of sight',
      () => pods(pod('a', { kind: 'ztunnel', proxy: null, sync: null })),
      undefined,
      'ztunnel of node node-1',
    ],
  ])('say why where %s', async (_, told, read, text) => {
    const { screen } = await shown({ pods: told, ...(read && { config: read }) })
    await expect.element(screen.getByText(text, { exact: false })).toBeVisible()
  })

  it('keep what was read when the next reading fails, and say how old it is', async () => {
    let isDown = false
    const { screen, cache } = await shown({
      pods: () => (isDown ? problem(502, 'The API server does not answer.') : pods(pod('web-0'))),
      config: () => clusters,
    })
    await expect.element(screen.getByRole('grid', { name: 'Pods' })).toBeVisible()
    isDown = true
    await cache.refetchQueries({ queryKey: ['proxies', 'pods'] })
    await expect.element(screen.getByText(/the last reading failed: The API server does not answer/)).toBeVisible()
    await expect.element(screen.getByRole('grid', { name: 'Pods' })).toBeVisible()
  })

  it('twenty thousand rows are as many as there are in sight', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => row(`${index}`, { host: `host-${index}`, port: index }))
    const { screen } = await shown({ pods: () => pods(pod('web-0')), config: () => config('clusters', rows) })
    const grid = screen.getByRole('grid', { name: 'Clusters' })
    await expect.element(grid).toHaveAttribute('aria-rowcount', '20001')
    expect(grid.getByRole('row').elements().length).toBeLessThan(100)
    await userEvent.fill(screen.getByRole('textbox', { name: 'Search this table' }), 'host-19999')
    await expect.element(grid.getByText('host-19999')).toBeVisible()
  })
})
