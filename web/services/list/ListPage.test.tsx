import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { listed } from '#shared/services/list.fixture.ts'
import type { ListSearch } from '#web/services/search.ts'
import { at, listOf, renderPage, snapshot } from '#web/services/testing.tsx'
import { ListPage } from './ListPage.tsx'

function Harness({ first = {} }: { first?: ListSearch }) {
  const [search, setSearch] = useState<ListSearch>(first)
  const [opened, setOpened] = useState('')
  return (
    <div style={{ height: 640 }}>
      <ListPage
        of="services"
        search={{ ...search }}
        onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
        onOpen={row => setOpened(row.id)}
      />
      <pre data-testid="search">{JSON.stringify(search)}</pre>
      <pre data-testid="opened">{opened}</pre>
    </div>
  )
}

const failing = listed({
  name: 'checkout',
  health: 'failing',
  reason: { rule: 'serverErrors', value: 0.3, threshold: 0.1 },
  errorRatio: 0.3,
})
const some = listOf([listed({ name: 'cart' }), failing, listed({ name: 'ledger', namespace: 'pay', requestRate: 99 })])
const textOf = (locator: { element(): Element }) => locator.element().textContent
const names = (container: Element) =>
  [...container.querySelectorAll('tbody tr[aria-rowindex]')].map(row => row.querySelectorAll('td')[1]?.textContent)

describe('the list of services', () => {
  it('shows the ill ones first, with the reason in words', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(some))
    await expect.element(screen.getByRole('grid', { name: 'Services' })).toBeVisible()
    expect(names(screen.container)[0]).toBe('checkout')
    await expect.element(screen.getByText('errors ≥ 10 %')).toBeVisible()
  })

  it('is sorted, searched and narrowed by health through the address', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(some))
    await userEvent.click(screen.getByRole('button', { name: 'Rate', exact: true }))
    await expect.poll(() => textOf(screen.getByTestId('search'))).toContain('"sort":"-rate"')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Find services' }), 'pay led')
    await expect.poll(() => names(screen.container)).toEqual(['ledger'])
    await userEvent.fill(screen.getByRole('textbox', { name: 'Find services' }), '')
    await userEvent.click(screen.getByRole('button', { name: /^Failing/ }))
    await expect.poll(() => textOf(screen.getByTestId('search'))).toContain('"health":"failing"')
    expect(names(screen.container)).toEqual(['checkout'])
  })

  it('leaves out columns that the address leaves out', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ hide: 'trend,versions' }} />)
    await tell(snapshot(some))
    await expect.element(screen.getByRole('columnheader', { name: 'Rate' })).toBeVisible()
    expect(screen.container.querySelectorAll('th')).toHaveLength(9)
  })

  it('keeps names in sight in a narrow window, and leaves out what can be spared', async () => {
    await page.viewport(948, 700)
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(some))
    const name = screen.getByRole('columnheader', { name: 'Service', exact: true })
    await expect.element(name).toBeVisible()
    expect(name.element().getBoundingClientRect().width).toBeGreaterThan(120)
    const scroller = screen.container.querySelector('.grid-scroller')
    expect(scroller?.scrollWidth).toBe(scroller?.clientWidth)
    expect(screen.getByRole('columnheader', { name: 'Trend' }).elements()).toEqual([])
    await page.viewport(1440, 900)
    await expect.element(screen.getByRole('columnheader', { name: 'Trend' })).toBeVisible()
  })

  it('opens a row by keyboard', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(some))
    await expect.element(screen.getByRole('grid')).toBeVisible()
    screen.container.querySelector<HTMLElement>('tbody tr[tabindex="0"]')?.focus()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    await expect.poll(() => textOf(screen.getByTestId('opened'))).toMatch(/^service:/)
  })

  it('draws ten thousand rows as the few in sight, and finds one of them while typing', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(
      snapshot(
        listOf(Array.from({ length: 10_000 }, (_, index) => listed({ name: `s-${index}`, requestRate: index }))),
      ),
    )
    await expect.element(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '10001')
    expect(screen.container.querySelectorAll('tbody tr[aria-rowindex]').length).toBeLessThan(80)
    await userEvent.fill(screen.getByRole('textbox', { name: 'Find services' }), 's-9876')
    await expect.poll(() => names(screen.container)).toEqual(['s-9876'])
  })

  it('shows markup in names as the text it is', async () => {
    const hostile = '<img src=x onerror=alert(1)>'
    const { screen, tell } = await renderPage(<Harness />)
    await tell(
      snapshot(
        listOf(
          [listed({ name: hostile, versions: [{ version: hostile, requestRate: 1, ready: 1, pods: 1 }] })],
          [hostile],
        ),
      ),
    )
    await expect.element(screen.getByRole('grid')).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
    expect(screen.container.textContent).toContain(hostile)
  })

  it('keeps its rows while Prometheus is away, and says how old they are', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(some))
    await tell({
      kind: 'trouble',
      source: 'prometheus',
      since: at,
      lastGoodAt: at,
      because: 'Prometheus did not answer in 5 s.',
      nextTryAt: null,
    })
    await expect.element(screen.getByText(/did not answer in 5 s/)).toBeVisible()
    expect(names(screen.container)).toHaveLength(3)
  })

  it('says that it is failing where there never was a list', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell({
      kind: 'trouble',
      source: 'prometheus',
      since: at,
      lastGoodAt: null,
      because: 'Nobody there.',
      nextTryAt: null,
    })
    await expect.element(screen.getByText('Nobody there.')).toBeVisible()
  })

  it('says what is missing of an empty list', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ ns: 'empty' }} />)
    await tell(snapshot(listOf([])))
    await expect
      .element(screen.getByText('There is no service in the chosen namespaces that you may see.'))
      .toBeVisible()
  })
})
