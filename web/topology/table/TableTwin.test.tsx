import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Graph } from '#shared/topology/graph.ts'
import { edge, graph, node } from '#shared/topology/graph.fixture.ts'
import { failingEdge, shop } from '#web/topology/fixture.ts'
import type { TopologySearch } from '#web/topology/search.ts'
import { renderPage } from '#web/topology/testing.tsx'
import { TableTwin } from './TableTwin.tsx'

function Harness({
  of = shop,
  lit = null,
  first = {},
}: {
  of?: Graph
  lit?: ReadonlySet<string> | null
  first?: TopologySearch
}) {
  const [search, setSearch] = useState<TopologySearch>(first)
  return (
    <div style={{ height: 480, display: 'grid' }}>
      <TableTwin
        graph={of}
        search={search}
        onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
        hidden={new Set()}
        lit={lit}
        isStale={false}
      />
      <pre data-testid="search">{JSON.stringify(search)}</pre>
    </div>
  )
}

const large = graph(
  Array.from({ length: 10_001 }, (_, index) => node(`service:n/s${index}`)),
  Array.from({ length: 10_000 }, (_, index) =>
    edge(`service:n/s${index}`, `service:n/s${index + 1}`, { requestRate: index }),
  ),
)

describe('the table twin', () => {
  it('is a grid with a row for every edge', async () => {
    const { screen } = await renderPage(<Harness />)
    const grid = screen.getByRole('grid', { name: 'Edges of the map' })
    await expect.element(grid).toHaveAttribute('aria-rowcount', String(shop.edges.length + 1))
    await expect
      .element(screen.getByRole('row', { name: /shop\/checkout pay\/payments HTTP 21.8 \/s 12.4 % .* Failing/ }))
      .toBeVisible()
  })

  it('is walked with arrows and answers Enter', async () => {
    const { screen } = await renderPage(<Harness first={{ sort: '-errors' }} />)
    const rows = screen.getByRole('grid').getByRole('row')
    ;(rows.nth(1).element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}')
    await expect.element(rows.nth(2)).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(rows.nth(2)).toHaveAttribute('aria-selected', 'true')
    await expect
      .element(screen.getByTestId('search'))
      .toMatchTextContent('service:pay/payments>service:pay/ledger:http')
  })

  it('has one row in the tab order: the selected one', async () => {
    const { screen } = await renderPage(<Harness first={{ selected: failingEdge }} />)
    await expect.element(screen.getByRole('row', { selected: true })).toHaveAttribute('tabindex', '0')
    expect(screen.container.querySelectorAll('tbody tr[tabindex="0"]')).toHaveLength(1)
  })

  it('sorts falling, rising, and not at all; what is unknown comes last', async () => {
    const { screen } = await renderPage(<Harness />)
    const head = screen.getByRole('button', { name: 'Latency' })
    await userEvent.click(head)
    await expect
      .element(screen.getByRole('columnheader', { name: /Latency/ }))
      .toHaveAttribute('aria-sort', 'descending')
    await expect.element(screen.getByRole('row').nth(1)).toMatchTextContent('pay/ledger')
    await userEvent.click(head)
    await expect
      .element(screen.getByRole('columnheader', { name: /Latency/ }))
      .toHaveAttribute('aria-sort', 'ascending')
    await expect.element(screen.getByRole('row').nth(1)).toMatchTextContent('24.0 ms')
    await userEvent.click(head)
    await expect.element(screen.getByTestId('search')).toMatchTextContent('{}')
  })

  it('draws only the rows in sight of ten thousand, and still goes to the last', async () => {
    const { screen } = await renderPage(<Harness of={large} />)
    await expect.element(screen.getByRole('grid')).toHaveAttribute('aria-rowcount', '10001')
    expect(screen.container.querySelectorAll('tbody tr[aria-rowindex]').length).toBeLessThan(80)
    ;(screen.getByRole('grid').getByRole('row').nth(1).element() as HTMLElement).focus()
    await userEvent.keyboard('{End}')
    await expect.element(screen.getByRole('row', { name: /n\/s9999 n\/s10000/ })).toHaveFocus()
  })

  it('leaves out what find does not light, and says how many are left', async () => {
    const { screen } = await renderPage(<Harness lit={new Set([failingEdge])} />)
    await expect.element(screen.getByRole('status')).toMatchTextContent(`1 of ${shop.edges.length}`)
  })

  it('shows nodes as well', async () => {
    const { screen } = await renderPage(<Harness />)
    await userEvent.click(screen.getByRole('button', { name: 'Nodes' }))
    await expect.element(screen.getByRole('grid', { name: 'Nodes of the map' })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /pay\/payments service/ })).toBeVisible()
  })
})
