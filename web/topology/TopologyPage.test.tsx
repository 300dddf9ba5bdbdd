import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Graph } from '#shared/topology/graph.ts'
import { problem } from '#web/api/testing.tsx'
import { shop } from './fixture.ts'
import type { TopologySearch } from './search.ts'
import { renderPage, snapshot } from './testing.tsx'
import { TopologyPage } from './TopologyPage.tsx'

function Harness({ first = {} }: { first?: TopologySearch }) {
  const [search, setSearch] = useState<TopologySearch>(first)
  return (
    <div style={{ height: 700 }}>
      <TopologyPage search={search} onSearch={patch => setSearch(before => ({ ...before, ...patch }))} />
      <pre data-testid="search">{JSON.stringify(search)}</pre>
    </div>
  )
}

const trouble = {
  kind: 'trouble',
  source: 'prometheus',
  since: shop.at,
  lastGoodAt: null,
  because: 'Connection refused at prometheus.istio-system:9090.',
  nextTryAt: shop.at + 3_600_000,
} as const
const idle: Graph = { ...shop, nodes: shop.nodes.filter(node => node.isIdle), edges: [] }

describe('the four faces', () => {
  it('loading: a skeleton that says so', async () => {
    const { screen } = await renderPage(<Harness />)
    await expect.element(screen.getByText('Reading the mesh…')).toBeInTheDocument()
  })

  it('empty: the first failing rung, and what would fill the picture', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(idle))
    await expect.element(screen.getByText('Nothing to draw.')).toBeVisible()
    await expect
      .element(screen.getByText(/Traffic in the window.*No request and no connection of this cluster/))
      .toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Show 2 idle nodes' }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"idle":"show"')
  })

  it('failing: which source, why, and a way to try at once', async () => {
    const { screen, tell, said } = await renderPage(<Harness />)
    await tell(trouble)
    await expect
      .element(screen.getByRole('alert'))
      .toMatchTextContent('Connection refused at prometheus.istio-system:9090.')
    await expect.element(screen.getByText(/Prometheus has not answered since/)).toBeVisible()
    await expect.element(screen.getByText(/Next try in/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }))
    expect(said.at(-1)).toEqual({ event: 'refresh', payload: { feed: 'f1' } })
  })

  it('stale: the picture stays, with its age and the reason', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ view: 'table' }} />)
    await tell(snapshot(shop))
    await expect.element(screen.getByRole('grid')).toBeVisible()
    await tell(trouble)
    await expect.element(screen.getByText(/ old$/)).toBeVisible()
    await expect.element(screen.getByText(/The picture is kept while Prometheus is away/)).toBeVisible()
    await expect.element(screen.getByRole('grid')).toBeVisible()
  })

  it('stale as well when the connection to the console is cut', async () => {
    const { screen, tell, cut } = await renderPage(<Harness first={{ view: 'table' }} />)
    await tell(snapshot(shop))
    await expect.element(screen.getByRole('grid')).toBeVisible()
    cut()
    await expect.element(screen.getByText(/The picture is kept while the connection is cut/)).toBeVisible()
  })

  it('a moment of the past that is refused says why instead of trying again', async () => {
    const { screen } = await renderPage(<Harness first={{ at: '2026-11-23T14:00:00Z' }} />, {
      '/api/topology': () => problem(400, 'This moment is older than what Prometheus keeps.'),
    })
    await expect.element(screen.getByText('This moment is older than what Prometheus keeps.')).toBeVisible()
  })
})

describe('the page', () => {
  it('draws the map and says which path fails; Why? selects its last edge', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(shop))
    await expect.element(screen.getByRole('application', { name: 'Map of the mesh' })).toBeVisible()
    await expect.element(screen.getByText(/24 services, 30 edges/)).toBeVisible()
    await expect.element(screen.getByText(/2 idle hidden/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: /Why is the path from .* to postgres failing/ }))
    await expect
      .element(screen.getByTestId('search'))
      .toMatchTextContent('service:pay/ledger>service:data/postgres:tcp')
    await expect.element(screen.getByRole('complementary', { name: 'Selected edge' })).toBeVisible()
  })

  it('counts what find lights', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ find: 'error > 1%' }} />)
    await tell(snapshot(shop))
    await expect.element(screen.getByText(/edges lit/)).toBeVisible()
  })
})
