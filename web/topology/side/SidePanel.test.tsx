import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { problem } from '#web/api/testing.tsx'
import { failingEdge, shop } from '#web/topology/fixture.ts'
import { renderPage } from '#web/topology/testing.tsx'
import { SidePanel } from './SidePanel.tsx'

const panel = (selected: string, onSelect: (id: string | null) => void = () => {}) => (
  <SidePanel graph={shop} selected={selected} params={{}} isStale={false} onSelect={onSelect} onEnter={() => {}} />
)

describe('the panel of an edge', () => {
  it('says what it is, how it is and why', async () => {
    const { screen } = await renderPage(panel(failingEdge))
    await expect.element(screen.getByRole('complementary', { name: 'Selected edge' })).toBeVisible()
    await expect.element(screen.getByRole('heading', { name: 'shop/checkout to pay/payments' })).toBeInTheDocument()
    await expect.element(screen.getByText('Failing', { exact: true })).toBeVisible()
    await expect.element(screen.getByText(/since \d\d:\d\d · errors ≥ 10\s%/)).toBeVisible()
    await expect.element(screen.getByText('21.8 req/s')).toBeVisible()
    await expect.element(screen.getByText(/12.4\s%/).first()).toBeVisible()
  })

  it('puts flags into words and shares into percent', async () => {
    const { screen } = await renderPage(panel(failingEdge))
    await expect.element(screen.getByText(/upstream timed out/)).toBeVisible()
    await expect.element(screen.getByText(/retries used up/)).toBeVisible()
    await expect.element(screen.getByText(/^87.6\s%$/)).toBeVisible()
    await expect.element(screen.getByText('×14')).toBeVisible()
    await expect
      .element(screen.getByTitle('spiffe://cluster.local/ns/shop/sa/checkout'))
      .toMatchTextContent('spiffe://…/shop/sa/checkout')
    await expect.element(screen.getByText('82 : 18')).toBeVisible()
  })

  it('says how sure it is of refusals: a minute’s counters do not tell them from an application’s own 403s', async () => {
    const edges = shop.edges.map(edge => (edge.id === failingEdge ? { ...edge, deniedRatio: 0.2 } : edge))
    const { screen } = await renderPage(
      <SidePanel
        graph={{ ...shop, edges }}
        selected={failingEdge}
        params={{}}
        isStale={false}
        onSelect={() => {}}
        onEnter={() => {}}
      />,
    )
    await expect.element(screen.getByText(/^20.*by policy$/)).toBeVisible()
    await expect.element(screen.getByText(/up to 30 % of these may be 403s of the application itself/)).toBeVisible()
  })

  it('leads on: to the next failing hop, and to the queries', async () => {
    const onSelect = vi.fn()
    const { screen } = await renderPage(panel(failingEdge, onSelect))
    await userEvent.click(screen.getByRole('button', { name: /Fails further on: payments → ledger, 11.9\s%/ }))
    expect(onSelect).toHaveBeenCalledWith('service:pay/payments>service:pay/ledger:http')
    await userEvent.click(screen.getByRole('button', { name: 'Query behind these numbers' }))
    await expect.element(screen.getByText(/^sum by \(response_code/)).toBeVisible()
  })

  it('keeps the numbers of the graph when the details are missing, and says why', async () => {
    const { screen } = await renderPage(panel(failingEdge), {
      '/api/topology/detail': () => problem(502, 'Prometheus did not answer in 5 s.', 'prometheus'),
    })
    await expect.element(screen.getByText('The details are missing: Prometheus did not answer in 5 s.')).toBeVisible()
    await expect.element(screen.getByText('21.8 req/s')).toBeVisible()
  })
})

describe('the panel of a node', () => {
  it('shows what goes in and out, by protocol', async () => {
    const { screen } = await renderPage(panel('service:pay/payments'))
    const row = screen.getByRole('row', { name: /^gRPC/ })
    await expect.element(row).toMatchTextContent(/gRPC–21.4\s\/s/)
    await expect.element(screen.getByText('4 of 4 ready')).toBeVisible()
  })

  it('closes', async () => {
    const onSelect = vi.fn()
    const { screen } = await renderPage(panel('service:pay/payments', onSelect))
    await userEvent.click(screen.getByRole('button', { name: 'Close the panel' }))
    expect(onSelect).toHaveBeenCalledWith(null)
  })
})

describe('the tabs of the panel', () => {
  const withRooms = (selected: string, tab?: string, onTab = vi.fn()) => (
    <SidePanel
      graph={shop}
      selected={selected}
      params={{}}
      isStale={false}
      onSelect={() => {}}
      onEnter={() => {}}
      tab={tab}
      onTab={onTab}
      beside={(of, { to, from }) => (
        <p>
          {of} of {from?.name} to {to.name}
        </p>
      )}
    />
  )

  it('are told by the rooms that know, of the same thing; what the map knows stays with it', async () => {
    const onTab = vi.fn()
    const { screen } = await renderPage(withRooms(failingEdge, 'traces', onTab))
    await expect.element(screen.getByRole('tab', { name: 'Traces' })).toHaveAttribute('aria-selected', 'true')
    await expect
      .element(screen.getByRole('tabpanel', { name: 'Traces' }))
      .toMatchTextContent('traces of checkout to payments')
    await expect.element(screen.getByText('changes of checkout to payments')).toBeVisible()
    expect(screen.getByText('21.8 req/s').query()).toBeNull()
    screen.getByRole('tab', { name: 'Traces' }).element().focus()
    await userEvent.keyboard('{ArrowRight}')
    expect(onTab).toHaveBeenCalledWith('security')
  })

  it('are one where nobody knows more: of a host outside', async () => {
    const { screen } = await renderPage(withRooms('external:internet', 'config'))
    await expect.element(screen.getByRole('tab', { name: 'Traffic' })).toBeVisible()
    expect(screen.getByRole('tab').all()).toHaveLength(1)
    await expect.element(screen.getByText('doors of to internet')).toBeVisible()
  })
})

it('says so when what was selected is not in the picture', async () => {
  const { screen, asked } = await renderPage(panel('service:gone/away'))
  await expect.element(screen.getByText('What was selected is not in this picture.')).toBeVisible()
  expect(asked.some(({ path }) => path.startsWith('/api/topology/detail'))).toBe(false)
})
