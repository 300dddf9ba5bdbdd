import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Peer, ServicePage as Told } from '#shared/services/api.ts'
import { listed } from '#shared/services/list.fixture.ts'
import { at, renderPage, slots } from '#web/services/testing.tsx'
import { ServicePage } from './ServicePage.tsx'

const markup = '<img src=x onerror="alert(1)">'

const peer = (path: string, more: Partial<Peer> = {}): Peer => {
  const [namespace = '', name = ''] = path.split('/')
  return {
    id: `service:${path} ${more.protocol ?? 'http'}`,
    kind: 'service',
    namespace,
    name,
    protocol: 'http',
    health: 'healthy',
    rate: 10,
    share: 0.5,
    byteRate: 0,
    errorRatio: 0,
    deniedRatio: 0,
    mtlsRatio: 1,
    meanDuration: 12,
    p95: 40,
    responses: [{ protocol: 'http', code: '200', flags: '-', rate: 10, isServerError: false }],
    ...more,
  }
}

const told: Told = {
  row: listed({
    name: 'checkout',
    related: ['checkout-v1', 'checkout-v2'],
    serviceAccounts: [markup],
    versions: [
      { version: 'v1', requestRate: 15, ready: 3, pods: 3 },
      { version: 'v2', requestRate: 5, ready: 1, pods: 2 },
    ],
    pods: { ready: 4, total: 5 },
    requestRate: 20,
    errorRatio: 0.05,
    health: 'degraded',
    reason: { rule: 'serverErrors', value: 0.05, threshold: 0 },
    mtlsRatio: 0.5,
  }),
  at,
  window: 60,
  inbound: {
    requestRate: 20,
    connectionRate: 0,
    byteRate: 0,
    peers: [
      peer('shop/storefront', { rate: 19, share: 0.95 }),
      peer('legacy/batch', { kind: 'outside', rate: 1, share: 0.05, mtlsRatio: 0 }),
    ],
  },
  outbound: {
    requestRate: 12,
    connectionRate: 2,
    byteRate: 4096,
    peers: [
      peer('pay/payments', {
        rate: 12,
        share: 1,
        health: 'failing',
        errorRatio: 0.12,
        responses: [
          { protocol: 'http', code: '200', flags: '-', rate: 10.56, isServerError: false },
          { protocol: 'http', code: '504', flags: 'UT', rate: 1.44, isServerError: true },
        ],
      }),
      peer('data/redis', {
        protocol: 'tcp',
        rate: 2,
        share: 1,
        byteRate: 4096,
        meanDuration: null,
        p95: null,
        responses: [],
      }),
    ],
  },
  quantiles: [
    { quantile: 0.5, duration: 20 },
    { quantile: 0.95, duration: 250 },
  ],
  rules: [],
  places: [],
  endings: [],
  queries: [{ name: 'requests', query: 'sum(rate(istio_requests_total[1m]))' }],
  partial: ['Kubernetes does not answer: pods are missing.'],
}

async function show(tab: string | undefined, state = told, scope: Record<string, string> = {}) {
  const onTab = vi.fn()
  const onGo = vi.fn()
  const { screen, asked } = await renderPage(
    <ServicePage
      named={{ of: 'services', namespace: 'shop', name: 'checkout' }}
      search={tab === undefined ? scope : { ...scope, tab }}
      onTab={onTab}
      onGo={onGo}
      slots={slots}
    />,
    {
      '/api/services/services/shop/checkout': () => state,
      '/api/services/services/shop/checkout/related': () => ({ related: state.row.related }),
    },
  )
  return { screen, asked, onTab, onGo }
}

const quiet = { requestRate: 0, connectionRate: 0, byteRate: 0, peers: [] }
const silent: Told = { ...told, inbound: quiet, outbound: quiet }

describe('the overview of a service', () => {
  it('says its numbers, what it is, its versions and what is missing', async () => {
    const { screen } = await show(undefined)
    await expect.element(screen.getByRole('tab', { name: 'Overview' })).toHaveAttribute('aria-selected', 'true')
    await expect.element(screen.getByText('Degraded', { exact: true }).first()).toBeVisible()
    const numbers = document.querySelector('.service-numbers')
    expect(numbers?.textContent).toMatch(/Requests20\.0\s\/sErrors5\.00\s%p5020\.0\smsp95250\smsmTLS50\.0\s%/)
    await expect.element(screen.getByText('4 of 5 ready', { exact: true })).toBeVisible()
    expect(document.querySelector('.version-shares')?.textContent).toMatch(/v115\.0\s\/s75\.0\s%v25\.00\s\/s25\.0\s%/)
    await expect.element(screen.getByText('Kubernetes does not answer: pods are missing.')).toBeVisible()
    await expect.element(screen.getByText('happened of checkout: checkout-v1 checkout-v2')).toBeVisible()
    await expect.element(screen.getByText('governed of checkout: checkout-v1 checkout-v2')).toBeVisible()
  })

  it('draws who calls it and whom it calls, each leading to its page, and names as they are', async () => {
    const { screen, onGo, onTab } = await show('overview')
    await expect.element(screen.getByRole('list', { name: 'Callers' })).toMatchTextContent(/storefront shop19\.0\s\/s/)
    await expect.element(screen.getByRole('list', { name: 'Calls' })).toMatchTextContent(/redis data4\.10\skB\/s/)
    await userEvent.click(screen.getByRole('list', { name: 'Calls' }).getByRole('link', { name: 'payments' }))
    expect(onGo).toHaveBeenCalledWith('/services/pay/payments')
    await userEvent.click(screen.getByRole('button', { name: 'All traffic' }))
    expect(onTab).toHaveBeenCalledWith('traffic')
    await expect.element(screen.getByText(markup)).toBeVisible()
    expect(document.querySelector('.service img')).toBeNull()
  })

  it.each([
    ['overview', [null]],
    ['traffic', ['inbound', 'outbound']],
  ])('asks why it has no traffic of the moment that is looked at: %s', async (tab, directions) => {
    const past = '2026-11-23T14:00:00Z'
    const { asked } = await show(tab, silent, { at: past })
    const of = () => asked.filter(({ path }) => path === '/api/empty').map(({ query }) => Object.fromEntries(query))
    const subject = { panel: 'traffic', of: 'service', namespace: 'shop', name: 'checkout', window: '60', at: past }
    await expect
      .poll(of)
      .toEqual(directions.map(direction => ({ ...subject, ...(direction !== null && { direction }) })))
  })
})

describe('the traffic of a service', () => {
  it('tells of each caller and callee its share, its failures in words, its latency and mTLS; they add up', async () => {
    const { screen } = await show('traffic')
    await expect.element(screen.getByText(/Together 20\.0\s\/s/)).toBeVisible()
    const callers = screen.getByRole('table', { name: 'Callers' })
    await expect.element(callers).toMatchTextContent(/storefront shop.*19\.0\s\/s95\.0\s%/)
    await expect.element(callers).toMatchTextContent(/batch legacy.*1\.00\s\/s5\.00\s%/)
    const calls = screen.getByRole('table', { name: 'Calls' })
    await expect.element(calls).toMatchTextContent(/payments pay.*12\.0\s%.*504.*upstream timed out.*12\.0\s%/)
    await expect.element(calls).toMatchTextContent(/redis data.*TCP.*4\.10\skB\/s/)
    await userEvent.click(screen.getByText('Queries behind these numbers'))
    await expect.element(screen.getByText('sum(rate(istio_requests_total[1m]))')).toBeVisible()
  })

  it('says so where nobody calls it and it calls nobody', async () => {
    const { screen } = await show('traffic', silent)
    await expect.element(screen.getByText(/Nobody called it in the last 1\smin/)).toBeVisible()
    await expect.element(screen.getByText(/It called nobody in the last 1\smin/)).toBeVisible()
  })
})

describe('its other tabs', () => {
  it.each(['config', 'security', 'logs', 'traces', 'metrics'])('%s is told by the room that knows', async tab => {
    const { screen } = await show(tab)
    await expect
      .element(screen.getByRole('tabpanel', { name: tab, exact: false }))
      .toMatchTextContent(`${tab} of checkout: checkout-v1 checkout-v2`)
  })

  it('are walked by arrows', async () => {
    const { screen, onTab } = await show('overview')
    ;(screen.getByRole('tab', { name: 'Overview' }).element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowRight}')
    expect(onTab).toHaveBeenCalledWith('traffic')
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(onTab).toHaveBeenLastCalledWith('security')
  })
})
